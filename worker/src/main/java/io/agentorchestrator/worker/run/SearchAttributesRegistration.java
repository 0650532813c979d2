package io.agentorchestrator.worker.run;

import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.OutageLog;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.workflows.run.RunAttributes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that Temporal knows the search attributes of runs, at start-up and from then on until it does. Without them runs
 * are started all the same, and cannot be searched by them. Thread-safe.
 */
public final class SearchAttributesRegistration implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SearchAttributesRegistration.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final IndexedValueType KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
    private static final List<String> NAMES =
            List.of(RunAttributes.TENANT.getName(), RunAttributes.DAG_NAME.getName(), RunAttributes.STATUS.getName());

    private final Supplier<OperatorServiceBlockingStub> operator;
    private final String namespace;
    private final Duration againAfter;
    private final OutageLog outages = new OutageLog(LOG, "Temporal's operator service");
    private final PollLoop loop;
    private final StepGuard guard = new StepGuard(LOG, "registering search attributes");
    private volatile boolean known;

    /** Looks once started. */
    public SearchAttributesRegistration(Supplier<OperatorServiceBlockingStub> operator, String namespace) {
        this(operator, namespace, AGAIN_AFTER);
    }

    SearchAttributesRegistration(
            Supplier<OperatorServiceBlockingStub> operator, String namespace, Duration againAfter) {
        this.operator = operator;
        this.namespace = namespace;
        this.againAfter = againAfter;
        this.loop = new PollLoop("search-attributes", againAfter, this::check);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    /** Tells whether Temporal knows the attributes, so that runs may be started with them. */
    public boolean areKnown() {
        return known;
    }

    /** Returns once the first look is over, one way or the other: so it goes before whatever starts runs. */
    @Override
    public void start() {
        guard.run(this::check);
        if (!known) {
            loop.startAfter(againAfter);
        }
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private void check() {
        try {
            known = register();
        } catch (StatusRuntimeException failure) {
            String why = String.valueOf(failure.getMessage());
            outages.unavailable("runs have no search attributes", hint(failure) + why);
        }
        if (known) {
            outages.recovered();
            loop.stop();
        }
    }

    private static String hint(StatusRuntimeException failure) {
        return TemporalFailures.isRefusal(failure)
                ? "the server does not let us; register " + String.join(", ", NAMES) + " as Keyword by hand: "
                : "";
    }

    private boolean register() {
        Map<String, IndexedValueType> there = stub().listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(namespace)
                        .build())
                .getCustomAttributesMap();
        List<String> ofOtherType = NAMES.stream()
                .filter(name -> there.getOrDefault(name, KEYWORD) != KEYWORD)
                .toList();
        if (!ofOtherType.isEmpty()) {
            outages.unavailable("runs have no search attributes", ofOtherType + " are registered, and not as Keyword");
            return false;
        }
        Map<String, IndexedValueType> missing = NAMES.stream()
                .filter(name -> !there.containsKey(name))
                .collect(Collectors.toMap(name -> name, name -> KEYWORD));
        if (!missing.isEmpty()) {
            add(missing);
        }
        return true;
    }

    private void add(Map<String, IndexedValueType> missing) {
        try {
            var _ = stub().addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                    .setNamespace(namespace)
                    .putAllSearchAttributes(missing)
                    .build());
            LOG.info("registered search attributes {}", missing.keySet());
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw failure;
            }
            LOG.debug("another worker registered search attributes meanwhile", failure);
        }
    }

    private OperatorServiceBlockingStub stub() {
        return operator.get().withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
