package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Collectors;

/** The form of one of a few names. */
record OneOf<E extends Enum<E>>(Class<E> type) implements Form<E> {
    @Override
    public E read(String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException(description() + " is needed"));
    }

    @Override
    public String write(E value) {
        return value.name();
    }

    @Override
    public String description() {
        return EnumSet.allOf(type).stream().map(Enum::name).collect(Collectors.joining(" or "));
    }
}
