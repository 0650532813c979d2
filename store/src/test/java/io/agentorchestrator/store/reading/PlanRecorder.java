package io.agentorchestrator.store.reading;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** A database that notes how PostgreSQL would carry out each prepared statement, before it does. Not thread-safe. */
final class PlanRecorder extends AbstractDataSource {
    private final DataSource database;
    private final List<String> plans = new ArrayList<>();

    PlanRecorder(DataSource database) {
        this.database = database;
    }

    /** The plans since this was asked last, one after the other. */
    String takePlans() {
        String taken = String.join("\n\n", plans);
        plans.clear();
        return taken;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = database.getConnection();
        return proxy(Connection.class, (proxy, method, arguments) -> {
            Object answer = invoke(connection, method, arguments);
            if (answer instanceof PreparedStatement statement && arguments[0] instanceof String sql) {
                return explaining(statement, connection.prepareStatement(explained(sql)));
            }
            return answer;
        });
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    /** A text may hold several statements. */
    private static String explained(String sql) {
        return Arrays.stream(sql.split(";"))
                .map(statement -> "explain (costs off) " + statement)
                .collect(Collectors.joining(";"));
    }

    /** Parameters go to both statements. */
    private PreparedStatement explaining(PreparedStatement statement, PreparedStatement explain) {
        return proxy(PreparedStatement.class, (proxy, method, arguments) -> {
            if (method.getName().startsWith("set") && method.getParameterCount() > 1) {
                invoke(explain, method, arguments);
            } else if (method.getName().startsWith("execute")) {
                note(explain);
            } else if (method.getName().equals("close")) {
                explain.close();
            }
            return invoke(statement, method, arguments);
        });
    }

    private void note(PreparedStatement explain) throws SQLException {
        boolean more = explain.execute();
        while (more) {
            try (ResultSet lines = explain.getResultSet()) {
                StringBuilder plan = new StringBuilder();
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
                plans.add(plan.toString());
            }
            more = explain.getMoreResults();
        }
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(PlanRecorder.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
