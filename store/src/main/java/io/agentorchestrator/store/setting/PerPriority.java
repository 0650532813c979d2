package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The form of a period for each priority: {@code CRITICAL=PT1M,HIGH=PT10M,…}, each named once, in any order. */
record PerPriority(Period period) implements Form<Map<Priority, Duration>> {
    @Override
    public Map<Priority, Duration> read(String text) {
        Map<Priority, Duration> periods = new EnumMap<>(Priority.class);
        for (String part : text.split(",", -1)) {
            String[] pair = part.strip().split("=", -1);
            Priority priority = Arrays.stream(Priority.values())
                    .filter(each -> each.name().equals(pair[0].strip()))
                    .findFirst()
                    .orElseThrow(() -> new InvalidSettingException(description() + " is needed"));
            if (pair.length != 2) {
                throw new InvalidSettingException(description() + " is needed");
            }
            if (periods.put(priority, ofPriority(priority, pair[1].strip())) != null) {
                throw new InvalidSettingException(priority + " is named twice");
            }
        }
        Set<Priority> missing = EnumSet.allOf(Priority.class);
        missing.removeAll(periods.keySet());
        if (!missing.isEmpty()) {
            throw new InvalidSettingException(
                    missing.stream().map(Priority::name).collect(Collectors.joining(", "))
                            + " is missing: every priority needs its period");
        }
        return Collections.unmodifiableMap(periods);
    }

    private Duration ofPriority(Priority priority, String text) {
        try {
            return period.read(text);
        } catch (InvalidSettingException notAllowed) {
            throw new InvalidSettingException(priority + ": " + notAllowed.getMessage());
        }
    }

    @Override
    public String write(Map<Priority, Duration> value) {
        return Arrays.stream(Priority.values())
                .map(priority -> priority + "=" + period.write(value.getOrDefault(priority, Duration.ZERO)))
                .collect(Collectors.joining(","));
    }

    @Override
    public String description() {
        return Arrays.stream(Priority.values()).map(Priority::name).collect(Collectors.joining("=…,", "", "=…"))
                + ", each " + period.description();
    }
}
