package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import java.time.DateTimeException;
import java.time.Duration;

/**
 * The form of periods: ISO 8601 durations of days and less, within bounds.
 *
 * @param least inclusive
 * @param most inclusive
 */
record Period(Duration least, Duration most) implements Form<Duration> {
    private static final int MAX_LENGTH = 50;

    @Override
    public Duration read(String text) {
        Duration period;
        try {
            if (text.length() > MAX_LENGTH) {
                throw new DateTimeException("too long");
            }
            period = Duration.parse(text);
        } catch (DateTimeException notOne) {
            throw new InvalidSettingException(
                    "an ISO 8601 duration in days, hours, minutes and seconds is needed, such as P30D or PT12H");
        }
        if (period.compareTo(least) < 0 || period.compareTo(most) > 0) {
            throw new InvalidSettingException(
                    "%s to %s is allowed, not %s".formatted(write(least), write(most), write(period)));
        }
        return period;
    }

    /** In days where it is some, as people write it; PT720H means the same. */
    @Override
    public String write(Duration value) {
        boolean wholeDays = value.toDays() > 0 && value.equals(Duration.ofDays(value.toDays()));
        return wholeDays ? "P" + value.toDays() + "D" : value.toString();
    }

    @Override
    public String description() {
        return "an ISO 8601 duration, %s to %s".formatted(write(least), write(most));
    }
}
