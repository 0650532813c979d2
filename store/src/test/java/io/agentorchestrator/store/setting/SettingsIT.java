package io.agentorchestrator.store.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final SettingStore store = new SettingStore(database.dataSource());
    private final LiveSettings live = new LiveSettings(store::all);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsStoredCountsOnceItIsRead() {
        assertThat(live.get(Settings.RETENTION_TASKS)).isEqualTo(Duration.ofDays(30));

        StoredSetting stored = store.put(Settings.RETENTION_TASKS, Duration.ofHours(36), "ann");

        assertThat(stored.value()).isEqualTo("PT36H");
        assertThat(stored.updatedBy()).isEqualTo("ann");
        assertThat(stored.updatedAt())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(live.refresh()).isTrue();
        assertThat(live.get(Settings.RETENTION_TASKS)).isEqualTo(Duration.ofHours(36));
        assertThat(live.get(Settings.RETENTION_EVENTS)).isEqualTo(Settings.RETENTION_EVENTS.standard());
        assertThat(live.refresh()).isFalse();
    }

    @Test
    void aValueThatIsNotAllowedAnyMoreDoesNotCount() {
        database.client()
                .sql(
                        "insert into setting values ('retention_tasks', 'for ever', now(), 'me'), ('unknown', '1', now(), 'me')")
                .update();

        live.refresh();

        assertThat(live.get(Settings.RETENTION_TASKS)).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void aFlagCountsInEveryProcessOnceItIsRead() {
        assertThat(live.isOn(FeatureFlags.LOAD_SHEDDING)).isTrue();

        StoredSetting stored = store.put(FeatureFlags.LOAD_SHEDDING.setting(), false, "ann");

        assertThat(stored.updatedBy()).isEqualTo("ann");
        assertThat(live.refresh()).isTrue();
        assertThat(live.isOn(FeatureFlags.LOAD_SHEDDING)).isFalse();
        store.put(FeatureFlags.LOAD_SHEDDING.setting(), true, "ann");
        live.refresh();
        assertThat(live.isOn(FeatureFlags.LOAD_SHEDDING)).isTrue();
    }

    @Test
    void aFlagWithNothingBehindItIsOffWhateverIsStored() {
        FeatureFlag planned = FeatureFlag.of("of_this_test", "of no use", true, false);
        assertThat(live.isOn(planned)).isFalse();
        assertThat(planned.isOn(null)).isFalse();

        StoredSetting stored = store.put(FeatureFlags.PREDICTIVE_SCALING.setting(), true, "ann");

        live.refresh();
        assertThat(live.isOn(FeatureFlags.PREDICTIVE_SCALING)).isFalse();
        assertThat(FeatureFlags.PREDICTIVE_SCALING.isOn(stored)).isFalse();
    }

    @Test
    void aFlagsValueThatIsNotKnownDoesNotCount() {
        database.client()
                .sql("insert into setting values ('flag.load_shedding', 'now and then', now(), 'me')")
                .update();

        live.refresh();

        assertThat(live.isOn(FeatureFlags.LOAD_SHEDDING)).isTrue();
        assertThat(FeatureFlags.LOAD_SHEDDING.isOn(store.all().get("flag.load_shedding")))
                .isTrue();
    }

    @Test
    void aStrategyCountsWhileItsFlagIsOn() {
        store.put(Settings.SCHEDULING_STRATEGY, SchedulingStrategy.COST_BASED, "me");
        live.refresh();
        assertThat(live.schedulingStrategy()).isEqualTo(SchedulingStrategy.LEAST_LOADED);

        store.put(FeatureFlags.COST_BASED_SCHEDULING.setting(), true, "me");
        live.refresh();
        assertThat(live.schedulingStrategy()).isEqualTo(SchedulingStrategy.COST_BASED);
    }

    @Test
    void flagsAreThoseOfTheContractWithItsDefaults() {
        assertThat(FeatureFlags.ALL)
                .extracting(FeatureFlag::name, flag -> flag.setting().standardText())
                .containsExactly(
                        tuple("cost_based_scheduling", "off"),
                        tuple("critical_path_analysis", "on"),
                        tuple("dag_optimization", "on"),
                        tuple("predictive_scaling", "off"),
                        tuple("load_shedding", "on"));
        assertThat(FeatureFlags.ALL)
                .allSatisfy(flag -> assertThat(FeatureFlags.named(flag.name())).hasValue(flag));
        assertThat(Settings.ALL)
                .extracting(Setting::name)
                .doesNotContainAnyElementsOf(FeatureFlags.ALL.stream()
                        .map(flag -> flag.setting().name())
                        .toList());
    }

    @Test
    void everySettingHasANameOfItsOwnAndADefaultThatIsAllowed() {
        assertThat(Settings.ALL).extracting(Setting::name).doesNotHaveDuplicates();
        assertThat(Settings.ALL).allSatisfy(setting -> {
            assertThat((Object) setting.form().read(setting.standardText())).isEqualTo(setting.standard());
            assertThat(Settings.named(setting.name())).hasValue(setting);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "30d", "P1M", "PT0S", "PT59S", "P-1D", "P3651D", "PT1000000000000H", "P30D "})
    void periodsAreDurationsWithinBounds(String text) {
        assertThatThrownBy(() -> Settings.RETENTION_TASKS.form().read(text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageMatching(".*(P30D|PT1M to P3650D).*");
    }

    @Test
    void periodsAreWrittenAsPeopleWriteThem() {
        assertThat(Settings.RETENTION_TASKS.form().write(Duration.ofDays(14))).isEqualTo("P14D");
        assertThat(Settings.RETENTION_TASKS.form().write(Duration.ofMinutes(90)))
                .isEqualTo("PT1H30M");
        assertThat(Settings.RETENTION_TASKS.form().read("PT48H")).isEqualTo(Duration.ofDays(2));
    }
}
