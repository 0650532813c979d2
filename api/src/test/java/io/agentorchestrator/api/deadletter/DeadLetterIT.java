package io.agentorchestrator.api.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.Ends;
import io.agentorchestrator.api.testkit.TestApi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DeadLetterIT {
    private static final TestApi API = TestApi.shared();
    private static final Ends ENDS = new Ends(API.database());
    private static final String TENANT = "Orchestrator-Tenant";

    @Test
    void aTaskThatFailedIsADeadLetterWithWhatItWas() {
        String task = task("one", "{'task_type':'dead','priority':'HIGH','payload':{'n':1}}");
        String entry = ENDS.fail(task, "BROKEN");

        JsonNode letter =
                API.get("/v1/dead-letters/" + entry, TENANT, "one").isOk(200).json();

        assertThat(letter.path("entry_id").asString()).isEqualTo(entry);
        assertThat(letter.path("task_id").asString()).isEqualTo(task);
        assertThat(letter.has("dag_id")).isFalse();
        assertThat(letter.path("task_type").asString()).isEqualTo("dead");
        assertThat(letter.path("priority").asString()).isEqualTo("HIGH");
        assertThat(letter.path("error_code").asString()).isEqualTo("BROKEN");
        assertThat(letter.path("error_message").asString()).isEqualTo("it broke");
        assertThat(letter.path("attempts").asInt()).isEqualTo(3);
        assertThat(letter.path("state").asString()).isEqualTo("OPEN");
        assertThat(letter.path("payload").toString()).isEqualTo("{\"n\":1}");
        assertThat(letter.path("failed_at").asString()).endsWith("Z");
        assertThat(API.get("/v1/tasks/" + task, TENANT, "one")
                        .json()
                        .path("dead_letter_entry_id")
                        .asString())
                .isEqualTo(entry);
        JsonNode listed = list("one", "").at("/dead_letters/0");
        assertThat(listed.path("entry_id").asString()).isEqualTo(entry);
        assertThat(listed.has("payload")).isFalse();
    }

    @Test
    void listsAreNarrowedByFilters() {
        String a = ENDS.fail(task("filters", "{'task_type':'red'}"), "BROKEN");
        String b = ENDS.fail(task("filters", "{'task_type':'green'}"), "BROKEN");
        String c = ENDS.fail(task("filters", "{'task_type':'green'}"), "TIMEOUT");
        String d = ENDS.fail(task("filters", "{'task_type':'green'}"), "TIMEOUT");
        API.delete("/v1/dead-letters/" + d, TENANT, "filters").isOk(204);

        assertThat(entries(list("filters", ""))).containsExactly(c, b, a);
        assertThat(entries(list("filters", "?task_type=green"))).containsExactly(c, b);
        assertThat(entries(list("filters", "?error_code=BROKEN"))).containsExactly(b, a);
        assertThat(entries(list("filters", "?error_code=BROKEN&task_type=red"))).containsExactly(a);
        assertThat(entries(list("filters", "?state=DELETED"))).containsExactly(d);
        assertThat(entries(list("filters", "?state=REPROCESSED"))).isEmpty();
        assertThat(entries(list("filters", "?state=ALL"))).containsExactly(d, c, b, a);
        assertThat(entries(list("other", ""))).isEmpty();
    }

    @Test
    void pagesFollowEachOtherWhateverHappensBetween() {
        List<String> tasks = new ArrayList<>();
        for (int n = 0; n < 7; n++) {
            tasks.add(task("pages", "{'task_type':'dead'}"));
        }
        ENDS.fail(tasks, "BROKEN");
        List<String> all = entries(list("pages", ""));

        List<String> read = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = list("pages", "?limit=2" + cursor);
            read.addAll(entries(page));
            // The last of a page may leave, and newer ones may come.
            API.delete("/v1/dead-letters/" + read.getLast(), TENANT, "pages").isOk(204);
            ENDS.fail(task("pages", "{'task_type':'dead'}"), "BROKEN");
            String next = page.path("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());

        assertThat(read).isEqualTo(all).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({
        "state=OPENED, INVALID_PARAMETER, state",
        "limit=0, INVALID_PARAMETER, limit",
        "limit=1001, INVALID_PARAMETER, limit",
        "cursor=abc, INVALID_PARAMETER, cursor",
        "task_type=a&task_type=b, INVALID_PARAMETER, task_type",
        "error_code=, INVALID_PARAMETER, error_code",
        "status=OPEN, UNKNOWN_PARAMETER, status",
    })
    void aBadParameterIsNamed(String query, String code, String parameter) {
        Answer answer = API.get("/v1/dead-letters?" + query).isProblem(400, code);
        assertThat(answer.json().at("/errors/0/parameter").asString()).isEqualTo(parameter);
    }

    @Test
    void aCursorIsOfItsListWithItsFilters() {
        ENDS.fail(List.of(task("cursors", "{'task_type':'x'}"), task("cursors", "{'task_type':'x'}")), "BROKEN");
        String cursor = list("cursors", "?limit=1").path("next_cursor").asString();

        list("cursors", "?limit=1&cursor=" + cursor);
        for (String other : new String[] {"state=ALL&", "task_type=x&", "error_code=BROKEN&"}) {
            API.get("/v1/dead-letters?" + other + "cursor=" + cursor, TENANT, "cursors")
                    .isProblem(400, "INVALID_PARAMETER");
        }
        API.get("/v1/dead-letters?cursor=" + cursor, TENANT, "other").isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/tasks?cursor=" + cursor, TENANT, "cursors").isProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void deletingTwiceIsDeletingOnce() {
        String task = task("deleting", "{'task_type':'dead'}");
        String entry = "/v1/dead-letters/" + ENDS.fail(task, "BROKEN");

        API.delete(entry, TENANT, "deleting").isOk(204);
        JsonNode deleted = API.get(entry, TENANT, "deleting").isOk(200).json();
        API.delete(entry, TENANT, "deleting").isOk(204);

        assertThat(deleted.path("state").asString()).isEqualTo("DELETED");
        assertThat(API.get(entry, TENANT, "deleting").json()).isEqualTo(deleted);
        assertThat(API.get("/v1/tasks/" + task, TENANT, "deleting")
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("FAILED");
        API.post(entry + "/reprocess", "{}", TENANT, "deleting").isProblem(409, "DEAD_LETTER_DELETED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-0", "abc", "1", "1-0-0", "99999999999999999999-0", "9223372036854775807-0", "-1-0"})
    void whatIsNoEntryIsNotFound(String entry) {
        API.get("/v1/dead-letters/" + entry).isProblem(404, "DEAD_LETTER_NOT_FOUND");
        API.delete("/v1/dead-letters/" + entry).isProblem(404, "DEAD_LETTER_NOT_FOUND");
        API.post("/v1/dead-letters/" + entry + "/reprocess", "{}").isProblem(404, "DEAD_LETTER_NOT_FOUND");
    }

    @Test
    void anothersEntryIsNotFound() {
        String entry = "/v1/dead-letters/" + ENDS.fail(task("mine", "{'task_type':'dead'}"), "BROKEN");

        API.get(entry, TENANT, "theirs").isProblem(404, "DEAD_LETTER_NOT_FOUND");
        API.delete(entry, TENANT, "theirs").isProblem(404, "DEAD_LETTER_NOT_FOUND");
        API.post(entry + "/reprocess", "{}", TENANT, "theirs").isProblem(404, "DEAD_LETTER_NOT_FOUND");

        assertThat(API.get(entry, TENANT, "mine").json().path("state").asString())
                .isEqualTo("OPEN");
    }

    @Test
    void aRebuildIsAskedForAndTheStreamSaysSo() {
        try (TestApi api = TestApi.start()) {
            assertThat(api.get("/v1/dead-letters/stream").isOk(200).json().toString())
                    .isEqualTo("{\"stream\":\"task_dead_letter_queue\",\"open\":0,\"undelivered\":0}");
            String task = api.post("/v1/tasks", "{\"task_type\":\"dead\"}")
                    .json()
                    .path("task_id")
                    .asString();
            String entry = new Ends(api.database()).fail(task, "BROKEN");

            JsonNode asked = api.post("/v1/dead-letters/rebuild", "{}", "Idempotency-Key", "k")
                    .isOk(202)
                    .json();

            assertThat(asked.path("open").asInt()).isEqualTo(1);
            assertThat(asked.path("undelivered").asInt()).isEqualTo(1);
            assertThat(asked.path("last_entry_id").asString()).isEqualTo(entry);
            assertThat(asked.has("rebuild_requested_at")).isTrue();
            assertThat(api.get("/v1/dead-letters/stream").json()).isEqualTo(asked);
            api.post("/v1/dead-letters/rebuild", "{\"now\":true}")
                    .isProblem(400, "UNKNOWN_FIELD")
                    .at("/now");
        }
    }

    private static String task(String tenant, String json) {
        return API.post("/v1/tasks", json.replace('\'', '"'), TENANT, tenant)
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }

    private static JsonNode list(String tenant, String query) {
        return API.get("/v1/dead-letters" + query, TENANT, tenant).isOk(200).json();
    }

    private static List<String> entries(JsonNode page) {
        return page.path("dead_letters")
                .valueStream()
                .map(entry -> entry.path("entry_id").asString())
                .toList();
    }
}
