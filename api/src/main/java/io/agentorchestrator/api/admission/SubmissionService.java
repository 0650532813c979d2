package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.IdempotencyKey;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.shedding.LoadShedding;
import io.agentorchestrator.store.submission.IdempotencyEntry;
import io.agentorchestrator.store.submission.IdempotencyStore;
import io.agentorchestrator.store.submission.IdempotencyStore.StoredAnswer;
import io.agentorchestrator.store.submission.Submission;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way of a submission from its request to its answer. The answer is made before the commit; where the request has an
 * idempotency key it is stored with the submission, and repeated to whoever comes with the same key and the same request.
 * Thread-safe.
 */
@Component
public final class SubmissionService {
    /** Time for which a key is remembered. */
    static final Duration KEY_LIFETIME = Duration.ofHours(24);

    /** Tries for one request: a key that had expired by the time it was looked up is taken by the next try. */
    private static final int MAX_TRIES = 3;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Admission admission;
    private final LoadShedding shedding;
    private final IdempotencyStore keys;
    private final JsonMapper json;

    SubmissionService(Admission admission, LoadShedding shedding, IdempotencyStore keys, JsonMapper json) {
        this.admission = admission;
        this.shedding = shedding;
        this.keys = keys;
        this.json = json;
    }

    /**
     * Accepts a request, or repeats the answer that it had before.
     *
     * @param key what the client names it by, if it does
     * @param proposal makes the submission; not asked where the answer is only repeated
     * @throws ProblemException if it is not accepted, or if the key was used for another request
     */
    public ResponseEntity<byte[]> accept(
            Caller caller,
            @Nullable IdempotencyKey key,
            HttpServletRequest request,
            Body body,
            Supplier<PreparedSubmission> proposal) {
        if (key != null) {
            return accept(caller, key, hash(request, body), body, proposal).toResponse();
        }
        PreparedSubmission made = proposal.get();
        AcceptedAnswer answer = answerOf(made);
        boolean _ = admit(made.submission(), body);
        return answer.toResponse();
    }

    private AcceptedAnswer accept(
            Caller caller, IdempotencyKey key, byte[] hash, Body body, Supplier<PreparedSubmission> proposal) {
        Optional<AcceptedAnswer> known = find(caller, key, hash);
        if (known.isPresent()) {
            return known.get();
        }
        PreparedSubmission made = proposal.get();
        AcceptedAnswer answer = answerOf(made);
        Submission keyed =
                keyed(made.submission(), new IdempotencyEntry(key.value(), hash, answer.stored(), KEY_LIFETIME));
        for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
            if (admit(keyed, body)) {
                return answer;
            }
            Optional<AcceptedAnswer> others = find(caller, key, hash);
            if (others.isPresent()) {
                return others.get();
            }
        }
        throw new ProblemException(
                ProblemCode.OVERLOADED,
                "the idempotency key was taken and given up by other requests meanwhile; try again shortly",
                RETRY_AFTER);
    }

    /** Stores it, if there is room for it; false if its key was there already. */
    private boolean admit(Submission submission, Body body) {
        LoadShedding.Reserved reserved = shedding.admit(submission);
        boolean stored = false;
        try {
            stored = admission.admit(submission, body.receivedNanos());
            return stored;
        } finally {
            reserved.settle(stored);
        }
    }

    private Optional<AcceptedAnswer> find(Caller caller, IdempotencyKey key, byte[] hash) {
        Optional<StoredAnswer> stored = keys.find(caller.tenant(), key.value());
        if (stored.isPresent() && !MessageDigest.isEqual(stored.get().requestHash(), hash)) {
            throw new ProblemException(ValidationError.ofHeader(
                    IdempotencyKey.HEADER,
                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                    "the key was used for another request within the last %d hours; take a new key for a new request"
                            .formatted(KEY_LIFETIME.toHours())));
        }
        return stored.map(answer -> AcceptedAnswer.ofStored(answer.response()));
    }

    private AcceptedAnswer answerOf(PreparedSubmission proposal) {
        return new AcceptedAnswer(proposal.location(), json.writeValueAsString(proposal.answer()));
    }

    private static Submission keyed(Submission submission, IdempotencyEntry entry) {
        return new Submission(submission.origin(), submission.dag(), submission.tasks(), submission.createdAt(), entry);
    }

    /** Hashes what makes two requests the same: method, path and what the body says. */
    private static byte[] hash(HttpServletRequest request, Body body) {
        return RequestHash.of(request.getMethod() + " " + request.getRequestURI(), body.tree());
    }
}
