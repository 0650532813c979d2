package io.agentorchestrator.store.row;

import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.model.RunKey;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataRetrievalFailureException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Reads rows as records. A component is read from the column of its name with underscores, a {@link Duration} from that of its name and
 * {@code _millis}, a map from a JSON object of texts, a record within the record from the columns of its own components. A column may be null only where its component is
 * {@link Nullable}; a record within the record is null itself where it may be and a column of it is that may not.
 *
 * <p>Spring's mappers know neither records within records nor {@link Instant}s nor arrays, and for each column of each row whose name has an
 * underscore they throw and catch an exception. Thread-safe.
 */
public final class Records<T extends Record> implements RowMapper<T> {
    private static final ClassValue<Records<?>> ALL = new ClassValue<>() {
        @Override
        protected Records<?> computeValue(Class<?> type) {
            return new Records<>(type.asSubclass(Record.class));
        }
    };
    private static final Map<Class<?>, Reader> READERS = Map.ofEntries(
            reads(int.class, ResultSet::getInt),
            reads(long.class, ResultSet::getLong),
            reads(boolean.class, ResultSet::getBoolean),
            // Through text, so that a real reads as it was written: 0.1, not 0.10000000149.
            reads(double.class, (row, name) -> Double.valueOf(Objects.requireNonNullElse(row.getString(name), "0"))),
            reads(String.class, ResultSet::getString),
            reads(byte[].class, ResultSet::getBytes),
            reads(BigInteger.class, (row, name) -> row.getBigDecimal(name).toBigInteger()),
            reads(Instant.class, Records::instant),
            reads(Duration.class, (row, name) -> {
                double millis = row.getDouble(name + "_millis");
                return row.wasNull() ? null : Duration.ofMillis((long) millis).plusNanos(Math.round(millis % 1 * 1e6));
            }),
            reads(
                    List.class,
                    (row, name) -> List.of((Object[]) row.getArray(name).getArray())),
            reads(Map.class, (row, name) -> texts(row.getString(name))),
            reads(Set.class, (row, name) -> {
                Array array = row.getArray(name);
                return array == null
                        ? null
                        : Collections.unmodifiableSet(new LinkedHashSet<>(List.of((Object[]) array.getArray())));
            }));

    private final Class<T> type;
    private final List<Column> columns = new ArrayList<>();
    private final Constructor<T> constructor;

    private Records(Class<T> type) {
        this.type = type;
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            types.add(component.getType());
            columns.add(new Column(
                    JdbcUtils.convertPropertyNameToUnderscoreName(component.getName()),
                    nullable,
                    component.getType().isPrimitive(),
                    reader(component.getType(), nullable)));
        }
        try {
            this.constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has a constructor of its components", e);
        }
    }

    /** Reads records of this type. */
    @SuppressWarnings("unchecked")
    public static <T extends Record> RowMapper<T> of(Class<T> type) {
        return (Records<T>) ALL.get(type);
    }

    /**
     * Reads rows by what is in their key's columns, in their order.
     *
     * @param key a record, or the type of the first column
     */
    public static <K, V> Map<K, V> byKey(StatementSpec statement, Class<K> key, RowMapper<V> value) {
        Map<K, V> found = new LinkedHashMap<>();
        statement.query(row -> {
            found.put(key(row, key), value.mapRow(row, found.size()));
        });
        return found;
    }

    /** The same, where several rows have a key. */
    public static <K, V> Map<K, List<V>> listsByKey(StatementSpec statement, Class<K> key, RowMapper<V> value) {
        Map<K, List<V>> found = new LinkedHashMap<>();
        statement.query(row -> {
            found.computeIfAbsent(key(row, key), one -> new ArrayList<>()).add(value.mapRow(row, found.size()));
        });
        return found;
    }

    /** Reads the key of a run from the columns of its name. */
    public static RunKey runKey(ResultSet row) throws SQLException {
        return new RunKey(row.getObject("run_id", UUID.class), row.getInt("run_number"));
    }

    /** Reads a moment. */
    public static @Nullable Instant instant(ResultSet row, String name) throws SQLException {
        OffsetDateTime time = row.getObject(name, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    @Override
    public T mapRow(ResultSet row, int number) throws SQLException {
        return Objects.requireNonNull(read(row, false));
    }

    private @Nullable T read(ResultSet row, boolean orNull) throws SQLException {
        @Nullable Object[] values = new Object[columns.size()];
        for (int at = 0; at < values.length; at++) {
            Column column = columns.get(at);
            values[at] = column.read(row);
            if (values[at] == null && !column.nullable()) {
                if (orNull) {
                    return null;
                }
                throw new DataRetrievalFailureException(
                        "column " + column.name() + " of a " + type.getSimpleName() + " is null");
            }
        }
        try {
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a row makes no " + type.getSimpleName(), e);
        }
    }

    /** The texts of a JSON object. */
    private static @Nullable Map<String, String> texts(@Nullable String json) {
        return json == null
                ? null
                : ExactJson.parse(json).properties().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, text -> text.getValue().asString()));
    }

    private static Map.Entry<Class<?>, Reader> reads(Class<?> type, Reader reader) {
        return Map.entry(type, reader);
    }

    private static <K> K key(ResultSet row, Class<K> key) throws SQLException {
        return key.isRecord() ? key.cast(ALL.get(key).mapRow(row, 0)) : row.getObject(1, key);
    }

    private static Reader reader(Class<?> type, boolean nullable) {
        if (type.isRecord()) {
            Records<?> nested = ALL.get(type);
            return (row, name) -> nested.read(row, nullable);
        }
        if (type.isEnum()) {
            return (row, name) -> constant(type, row.getString(name));
        }
        return READERS.getOrDefault(type, (row, name) -> row.getObject(name, type));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable Object constant(Class type, @Nullable String name) {
        return name == null ? null : Enum.valueOf(type, name);
    }

    private interface Reader {
        @Nullable Object read(ResultSet row, String name) throws SQLException;
    }

    private record Column(String name, boolean nullable, boolean primitive, Reader reader) {
        @Nullable Object read(ResultSet row) throws SQLException {
            Object value = reader.read(row, name);
            return primitive && row.wasNull() ? null : value;
        }
    }
}
