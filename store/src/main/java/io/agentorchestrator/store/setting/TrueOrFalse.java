package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;

/** The form of what is on or off. */
record TrueOrFalse() implements Form<Boolean> {
    @Override
    public Boolean read(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSettingException(description() + " is needed");
        };
    }

    @Override
    public String write(Boolean value) {
        return value.toString();
    }

    @Override
    public String description() {
        return "true or false";
    }
}
