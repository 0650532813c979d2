package io.agentorchestrator.api.limit;

import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.store.limit.StoredLimit;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The answers of the routes of limits. */
final class LimitAnswers {
    /** Values of a limit that an answer tells of at most. */
    static final int MAX_VALUES = 20;

    private LimitAnswers() {}

    /** All limits. */
    record LimitList(List<LimitView> limits) {
        LimitList {
            limits = List.copyOf(limits);
        }
    }

    /**
     * A limit and what is used of it, all its values together.
     *
     * @param values those of the caller's tenant that most tasks wait for, or that have most in flight; others may be secrets of other tenants
     */
    record LimitView(
            String name,
            String by,
            @Nullable String value,
            @Nullable Integer maxInFlight,
            @Nullable Integer maxPerMinute,
            @Nullable Long maxTokensPerMinute,
            int inFlight,
            int startedLastMinute,
            long tokensLastMinute,
            int waiting,
            List<ValueUse> values,
            Instant updatedAt,
            String updatedBy,
            @Nullable List<Warning> warnings) {
        LimitView {
            values = List.copyOf(values);
        }

        /** The same for who has just set it, with a warning if one value has more in flight than there may be from now on. */
        LimitView changed(Map<String, LimitUse> use, CapacityLimit limit) {
            int most = use.entrySet().stream()
                    .filter(each -> isOf(limit, each.getKey()))
                    .mapToInt(each -> each.getValue().inFlight())
                    .max()
                    .orElse(0);
            if (maxInFlight == null || most <= maxInFlight) {
                return this;
            }
            return new LimitView(
                    name,
                    by,
                    value,
                    maxInFlight,
                    maxPerMinute,
                    maxTokensPerMinute,
                    inFlight,
                    startedLastMinute,
                    tokensLastMinute,
                    waiting,
                    values,
                    updatedAt,
                    updatedBy,
                    List.of(new Warning(
                            Warning.Code.BELOW_USE,
                            "/max_in_flight",
                            "%,d of one value are in flight already; they go on, and no other starts until fewer than %,d are"
                                    .formatted(most, maxInFlight))));
        }

        /**
         * The view of a limit.
         *
         * @param use by key, of this limit and others
         * @param waiting tasks that wait, in the same way
         * @param shown the keys of which the values are shown
         */
        static LimitView of(
                StoredLimit stored, Map<String, LimitUse> use, Map<String, Integer> waiting, Set<String> shown) {
            CapacityLimit limit = stored.limit();
            Set<String> keys = new TreeSet<>();
            use.keySet().stream().filter(key -> isOf(limit, key)).forEach(keys::add);
            waiting.keySet().stream().filter(key -> isOf(limit, key)).forEach(keys::add);
            List<ValueUse> values = new ArrayList<>();
            List<ValueUse> own = new ArrayList<>();
            for (String key : keys) {
                LimitUse of = use.getOrDefault(key, LimitUse.NONE);
                ValueUse value = new ValueUse(
                        CapacityLimit.valueIn(key),
                        of.inFlight(),
                        of.started(),
                        of.tokens(),
                        waiting.getOrDefault(key, 0));
                values.add(value);
                if (shown.contains(key)) {
                    own.add(value);
                }
            }
            own.sort(Comparator.comparingInt(ValueUse::waiting)
                    .thenComparingInt(ValueUse::inFlight)
                    .reversed());
            return new LimitView(
                    limit.name(),
                    limit.by().text(),
                    limit.value(),
                    limit.maxInFlight(),
                    limit.maxPerMinute(),
                    limit.maxTokensPerMinute(),
                    values.stream().mapToInt(ValueUse::inFlight).sum(),
                    values.stream().mapToInt(ValueUse::startedLastMinute).sum(),
                    values.stream().mapToLong(ValueUse::tokensLastMinute).sum(),
                    values.stream().mapToInt(ValueUse::waiting).sum(),
                    own.stream().limit(MAX_VALUES).toList(),
                    stored.updatedAt(),
                    stored.updatedBy(),
                    null);
        }

        private static boolean isOf(CapacityLimit limit, String key) {
            return CapacityLimit.nameIn(key).equals(limit.name());
        }
    }

    /** The use of a limit by the tasks of one value. */
    record ValueUse(String value, int inFlight, int startedLastMinute, long tokensLastMinute, int waiting) {}
}
