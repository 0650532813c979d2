package io.agentorchestrator.api.deadletter;

import io.agentorchestrator.api.body.AnswerMemory;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Cursor;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.DeadLetterPage;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.DeadLetterView;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.StreamView;
import io.agentorchestrator.store.deadletter.DeadLetter;
import io.agentorchestrator.store.deadletter.DeadLetterQuery;
import io.agentorchestrator.store.deadletter.DeadLetterState;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.deadletter.EntryId;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.workflows.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reading of dead letters. */
@RestController
@RequestMapping(path = "/v1/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
class DeadLetterReadingController {
    private final AnswerMemory answers;
    private final DeadLetterStore deadLetters;

    DeadLetterReadingController(AnswerMemory answers, DeadLetterStore deadLetters) {
        this.answers = answers;
        this.deadLetters = deadLetters;
    }

    @GetMapping("/{entry_id}")
    DeadLetterView deadLetter(Caller caller, @PathVariable("entry_id") String entryId, HttpServletRequest request) {
        Optional<DeadLetter> found = deadLetters.find(caller.tenant(), EntryIds.parse(entryId));
        found.ifPresent(entry -> answers.hold(request, AnswerMemory.length(entry.payload())));
        return found.map(DeadLetterView::detail).orElseThrow(() -> EntryIds.notFound(entryId));
    }

    @GetMapping
    @TakesParameters({"task_type", "error_code", "state", "limit", "cursor"})
    DeadLetterPage deadLetters(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        String type = parameters.taskType();
        String code = parameters.text("error_code", Limits.MAX_ERROR_CODE_LENGTH);
        StateFilter state = parameters.oneOf("state", Arrays.asList(StateFilter.values()));
        DeadLetterState stored = state == null ? DeadLetterState.OPEN : state.stored;
        int limit = parameters.limit();
        String list = Arrays.asList("dead letters", caller.tenant(), type, code, stored)
                .toString();
        UUID before = parameters.cursor(list);
        parameters.throwIfAnyIsWrong();

        Page<EntryId, DeadLetterView> page = deadLetters
                .list(
                        caller.tenant(),
                        new DeadLetterQuery(
                                type, code, stored, before == null ? null : EntryIds.ofCursor(before), limit))
                .map(DeadLetterView::summary);
        answers.hold(request, page.items().size() * AnswerMemory.ITEM_BYTES);
        EntryId next = page.next();
        return new DeadLetterPage(page.items(), Cursor.encode(next == null ? null : EntryIds.toCursor(next), list));
    }

    @GetMapping("/stream")
    StreamView stream(Caller caller) {
        return StreamView.of(deadLetters.streamState());
    }

    private enum StateFilter {
        OPEN(DeadLetterState.OPEN),
        REPROCESSED(DeadLetterState.REPROCESSED),
        RERUN(DeadLetterState.RERUN),
        DELETED(DeadLetterState.DELETED),
        ALL(null);

        private final @Nullable DeadLetterState stored;

        StateFilter(@Nullable DeadLetterState stored) {
            this.stored = stored;
        }
    }
}
