package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;

/**
 * The form of whole numbers within bounds.
 *
 * @param least inclusive
 * @param most inclusive
 */
record WholeNumber(int least, int most) implements Form<Integer> {
    @Override
    public Integer read(String text) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new InvalidSettingException("%s is needed".formatted(description()));
    }

    @Override
    public String write(Integer value) {
        return value.toString();
    }

    @Override
    public String description() {
        return "a whole number, %d to %d".formatted(least, most);
    }
}
