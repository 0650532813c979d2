package io.agentorchestrator.api.setting;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.setting.FlagAnswers.FlagList;
import io.agentorchestrator.api.setting.FlagAnswers.FlagView;
import io.agentorchestrator.store.setting.FeatureFlag;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Feature flags: functions that are turned on and off while processes run. */
@RestController
@RequestMapping(path = "/v1/feature-flags", produces = MediaType.APPLICATION_JSON_VALUE)
class FlagController {
    private static final RequestSchema CHANGE = RequestSchema.named("FeatureFlagChange");

    private final BodyReader bodies;
    private final SettingStore store;

    FlagController(BodyReader bodies, SettingStore store) {
        this.bodies = bodies;
        this.store = store;
    }

    @GetMapping
    FlagList flags(Caller caller) {
        Map<String, StoredSetting> stored = store.all();
        return new FlagList(FeatureFlags.ALL.stream()
                .map(flag -> FlagView.of(flag, stored.get(flag.setting().name())))
                .toList());
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    FlagView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        FeatureFlag flag = FeatureFlags.named(name)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.FLAG_NOT_FOUND,
                        "there is no feature flag '%s'; there are %s"
                                .formatted(
                                        Shown.text(name),
                                        FeatureFlags.ALL.stream()
                                                .map(FeatureFlag::name)
                                                .collect(Collectors.joining(", ")))));
        boolean enabled = enabled(request);
        if (enabled && !flag.available()) {
            throw new ProblemException(
                    ProblemCode.FLAG_NOT_AVAILABLE,
                    "'%s' cannot be enabled: this version has nothing behind it yet, so that it stays off"
                            .formatted(flag.name()));
        }
        return FlagView.of(flag, store.put(flag.setting(), enabled, caller.principal()));
    }

    private boolean enabled(HttpServletRequest request) {
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            Boolean enabled = CHANGE.read(body.tree(), findings).bool("enabled");
            findings.throwIfAny();
            return Objects.requireNonNull(enabled, "enabled");
        }
    }
}
