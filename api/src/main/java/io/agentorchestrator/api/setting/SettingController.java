package io.agentorchestrator.api.setting;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.setting.SettingAnswers.SettingList;
import io.agentorchestrator.api.setting.SettingAnswers.SettingView;
import io.agentorchestrator.store.setting.Setting;
import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import io.agentorchestrator.store.setting.Settings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Settings that may change while processes run. */
@RestController
@RequestMapping(path = "/v1/settings", produces = MediaType.APPLICATION_JSON_VALUE)
class SettingController {
    private static final String VALUE = "value";
    private static final RequestSchema CHANGE = RequestSchema.named("SettingChange");

    private final BodyReader bodies;
    private final SettingStore store;

    SettingController(BodyReader bodies, SettingStore store) {
        this.bodies = bodies;
        this.store = store;
    }

    @GetMapping
    SettingList settings(Caller caller) {
        Map<String, StoredSetting> stored = store.all();
        return new SettingList(Settings.ALL.stream()
                .map(setting -> SettingView.of(setting, stored.get(setting.name())))
                .toList());
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    SettingView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        Setting<?> setting = Settings.named(name)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.SETTING_NOT_FOUND,
                        "there is no setting '%s'; there are %s"
                                .formatted(
                                        Shown.text(name),
                                        Settings.ALL.stream().map(Setting::name).collect(Collectors.joining(", ")))));
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            return set(setting, body.tree(), caller);
        }
    }

    private <T> SettingView set(Setting<T> setting, JsonNode tree, Caller caller) {
        ValidationErrors findings = new ValidationErrors();
        T value = value(setting, CHANGE.read(tree, findings));
        findings.throwIfAny();
        checkFlag(setting, Objects.requireNonNull(value));
        return SettingView.of(setting, store.put(setting, value, caller.principal()));
    }

    private void checkFlag(Setting<?> setting, Object value) {
        Settings.flagOf(value).ifPresent(flag -> {
            if (!flag.isOn(store.all().get(flag.setting().name()))) {
                throw new ProblemException(
                        ProblemCode.FLAG_OFF,
                        "%s can be %s only while the feature flag '%s' is on: PUT /v1/feature-flags/%3$s {\"enabled\": true} turns it on"
                                .formatted(setting.name(), value, flag.name()));
            }
        });
    }

    private static <T> @Nullable T value(Setting<T> setting, Fields fields) {
        String text = fields.text(VALUE);
        if (text == null) {
            return null;
        }
        try {
            return setting.form().read(text);
        } catch (InvalidSettingException notAllowed) {
            fields.add(ProblemCode.INVALID_VALUE, VALUE, setting.name() + ": " + notAllowed.getMessage());
            return null;
        }
    }
}
