package io.agentorchestrator.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.LedgerFile;
import io.agentorchestrator.cli.chaos.Acknowledged.Accepted;
import io.agentorchestrator.cli.chaos.Submission.Kind;
import io.agentorchestrator.cli.chaos.Submission.PlannedTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whoever judges the crash test is judged here: each thing that must not be is seen. */
class AuditTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String COMPLETED = "{\"status\":\"COMPLETED\",\"attempts\":[{\"outcome\":\"COMPLETED\"}]}";
    private static final String FAILED = "{\"status\":\"FAILED\",\"attempts\":[{\"outcome\":\"FAILED\"}]}";
    private static final String UPSTREAM = "{\"status\":\"CANCELLED\",\"error\":{\"code\":\"UPSTREAM_FAILED\"}}";
    private static final String FAST = "{\"status\":\"CANCELLED\",\"error\":{\"code\":\"DAG_FAILED\"}}";

    private final Map<String, Accepted> accepted = new TreeMap<>();
    private final Map<String, JsonNode> found = new TreeMap<>();

    private void task(String id, String onFailure, List<String> parents, String json) {
        PlannedTask planned = new PlannedTask(
                "simulated", JsonNodeFactory.instance.objectNode().put("effect", true), "PT5S", List.of(), null);
        Submission submission = new Submission("dag of " + onFailure, Kind.DAG, 0, onFailure, List.of(planned));
        accepted.put(id, new Accepted(id, submission, planned, parents));
        if (!json.isEmpty()) {
            found.put(id, JSON.readTree(json));
        }
    }

    private List<String> ends() {
        Audit audit = new Audit(accepted, found);
        audit.checkEnds();
        return audit.violations();
    }

    @Test
    void findsNothingWhereAllIsAsItMayBe() {
        task("a", "CANCEL_DEPENDENTS", List.of(), COMPLETED);
        task("b", "CANCEL_DEPENDENTS", List.of("a"), FAILED);
        task("c", "CANCEL_DEPENDENTS", List.of("b"), UPSTREAM);
        task("d", "CANCEL_DEPENDENTS", List.of("c"), UPSTREAM);
        task("e", "FAIL_FAST", List.of(), FAILED);
        task("f", "FAIL_FAST", List.of(), FAST);

        assertThat(ends()).isEmpty();
        assertThat(new Audit(accepted, found).eligible()).isEqualTo(new Audit.Share(1, 4));
    }

    @Test
    void seesWhatIsLost() {
        task("a", "CONTINUE", List.of(), "");

        assertThat(ends()).singleElement().asString().startsWith("lost: a");
        assertThat(new Audit(accepted, found).lost()).isEqualTo(1);
    }

    @Test
    void seesWhatHasNotEnded() {
        task("a", "CONTINUE", List.of(), "{\"status\":\"RUNNING\"}");

        assertThat(ends()).singleElement().asString().startsWith("not ended");
    }

    @Test
    void seesWhatWasCancelledThoughNothingFailed() {
        task("a", "CANCEL_DEPENDENTS", List.of(), COMPLETED);
        task("b", "CANCEL_DEPENDENTS", List.of("a"), UPSTREAM);
        task("c", "CANCEL_DEPENDENTS", List.of("b"), UPSTREAM);
        task("d", "CANCEL_DEPENDENTS", List.of(), FAST);
        task("e", "FAIL_FAST", List.of(), FAST);

        assertThat(ends()).hasSize(4);
    }

    @Test
    void seesTwoResults() {
        task("a", "CONTINUE", List.of(), """
                {"status":"COMPLETED","attempts":[{"outcome":"COMPLETED"},{"outcome":"COMPLETED"}]}""");
        Audit audit = new Audit(accepted, found);

        assertThat(audit.checkResults()).isEqualTo(1);
        assertThat(audit.violations()).singleElement().asString().startsWith("two recorded results");
    }

    @Test
    void seesDeadLettersThatAreMissingDoubledOrOfNobody() {
        task("a", "CONTINUE", List.of(), FAILED);
        task("b", "CONTINUE", List.of(), COMPLETED);
        for (List<String> wrong : List.of(List.<String>of(), List.of("a", "a"), List.of("a", "b"))) {
            Audit audit = new Audit(accepted, found);
            audit.checkDeadLetters(new DeadLetters(wrong, List.of("a")));
            audit.checkDeadLetters(new DeadLetters(List.of("a"), wrong));

            assertThat(audit.violations()).as(wrong.toString()).hasSize(2);
        }
        Audit audit = new Audit(accepted, found);
        audit.checkDeadLetters(new DeadLetters(List.of("a"), List.of("a")));
        assertThat(audit.violations()).isEmpty();
    }

    @Test
    void seesEffectsThatHappenedTwiceOrNever(@TempDir Path ledger) throws Exception {
        task("a", "CONTINUE", List.of(), COMPLETED);
        task("b", "CONTINUE", List.of(), FAILED);
        Path effects = Files.createDirectories(ledger.resolve("effects"));
        List<String> lines = new ArrayList<>(List.of("b\tb/1\t1\t1", "b\tb/2\t2\t2"));
        Files.write(effects.resolve("one.ledger"), lines);
        Audit audit = new Audit(accepted, found);

        assertThat(audit.checkEffects(new LedgerFile(ledger))).isEqualTo(1);
        assertThat(audit.violations())
                .hasSize(2)
                .anyMatch(each -> each.startsWith("a doubled effect"))
                .anyMatch(each -> each.startsWith("completed without its effect"));
    }
}
