package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;

/** The form of what is on or off. */
record OnOff() implements Form<Boolean> {
    private static final String ON = "on";
    private static final String OFF = "off";

    @Override
    public Boolean read(String text) {
        return switch (text) {
            case ON -> true;
            case OFF -> false;
            default -> throw new InvalidSettingException("on or off is needed");
        };
    }

    @Override
    public String write(Boolean value) {
        return value ? ON : OFF;
    }

    @Override
    public String description() {
        return "on or off";
    }
}
