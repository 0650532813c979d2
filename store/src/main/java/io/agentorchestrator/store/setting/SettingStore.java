package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The settings that somebody has set. Throws {@code DataAccessException}s. Thread-safe. */
public final class SettingStore {
    private final JdbcClient client;

    public SettingStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** Reads the settings that are stored, by name. */
    public Map<String, StoredSetting> all() {
        return Records.byKey(
                client.sql("select name, value, updated_at, updated_by from setting"),
                String.class,
                Records.of(StoredSetting.class));
    }

    /**
     * Stores a value, and tells all processes.
     *
     * @param value in the setting's form
     */
    public <T> StoredSetting put(Setting<T> setting, T value, String principal) {
        return client.sql("""
                        with stored as (
                          insert into setting (name, value, updated_at, updated_by) values (?, ?, now(), ?)
                          on conflict (name) do update
                          set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                          returning value, updated_at, updated_by)
                        select s.*, pg_notify(?, '') from stored s
                        """)
                .params(setting.name(), setting.form().write(value), principal, Channels.SETTINGS)
                .query(Records.of(StoredSetting.class))
                .single();
    }

    /** A value, and who set it when. */
    public record StoredSetting(String value, Instant updatedAt, String updatedBy) {}
}
