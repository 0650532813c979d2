package io.agentorchestrator.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The store is read once for all subscribers, and each gets its own. */
class FanOutIT {
    private static final int WATCHERS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern ID = Pattern.compile("id: (\\d+-\\d+)\\s+event:");
    private static final TestApi API =
            TestApi.start("--orchestrator.events.max-subscribers=300", "--orchestrator.events.max-kept=5000");

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void twoHundredQuietWatchersInABusyTenantCostNoMoreThanOne() {
        double ofOne = queriesPerSecond(1);
        double ofAll = queriesPerSecond(WATCHERS);

        assertThat(ofAll)
                .as("queries a second of %d watchers; %.0f of one", WATCHERS, ofOne)
                .isLessThan(2 * ofOne + 20);
    }

    /** A backend tells its statistics a second late. */
    private static void awaitStatistics() {
        await().pollDelay(Duration.ofSeconds(2)).atMost(LIMIT).until(() -> true);
    }

    /** What watchers of a DAG in which nothing happens cost while much happens beside it. */
    private static double queriesPerSecond(int watchers) {
        String path = "/v1/dags/" + dag("default") + "/events";
        List<EventFeed> feeds = new ArrayList<>();
        for (int n = 0; n < watchers; n++) {
            feeds.add(API.events(path));
        }
        try {
            await().atMost(LIMIT)
                    .until(() -> feeds.stream().allMatch(feed -> !feed.events().isEmpty()));
            awaitStatistics(); // of how all began to read
            long before = transactions();
            long sent = 0;
            long begun = System.nanoTime();
            long until = begun + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < until) {
                publish("default", "busy", 1);
                sent++;
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            awaitStatistics();
            assertThat(feeds).allMatch(feed -> feed.events().size() == 2);
            return (transactions() - before - sent) / seconds;
        } finally {
            feeds.forEach(EventFeed::close);
        }
    }

    @Test
    void eachSubscriberGetsWhatIsItsOwn() {
        String one = dag("mine");
        String other = dag("mine");
        try (EventFeed ofOne = API.events("/v1/dags/" + one + "/events", "Orchestrator-Tenant", "mine");
                EventFeed ofAll = API.events("/v1/events", "Orchestrator-Tenant", "mine");
                EventFeed ofOthers = API.events("/v1/events", "Orchestrator-Tenant", "not-mine")) {
            await().atMost(LIMIT).until(() -> ofOne.events().size() == 2);
            int seenByAll = ofAll.events().size();
            for (String dag : List.of(one, other)) {
                API.post("/v1/dags/" + dag + "/pause", "{}", "Orchestrator-Tenant", "mine")
                        .isOk(202);
            }
            await().atMost(LIMIT).until(() -> ofAll.events().size() >= seenByAll + 2);
            publish("not-mine", "theirs", 1);
            await().atMost(LIMIT).until(() -> !ofOthers.events().isEmpty());

            assertThat(ofOne.events()).hasSize(3);
            assertThat(ofOne.events().getLast().text("status")).isEqualTo("PAUSED");
            assertThat(ofOne.events().getLast().text("dag_id")).isEqualTo(one);
            assertThat(ofAll.events())
                    .filteredOn(event -> event.text("status").equals("PAUSED"))
                    .extracting(event -> event.text("dag_id"))
                    .containsExactly(one, other);
            assertThat(ofOthers.events())
                    .extracting(event -> event.text("task_type"))
                    .containsExactly("theirs");
        }
    }

    @Test
    void aSubscriberThatReadsTooSlowlyIsCutOffAndMissesNothingWhenItResumes() throws IOException {
        int chunks = 16;
        String slow;
        try (Socket socket = subscribe("slow");
                EventFeed quick = API.events("/v1/events", "Orchestrator-Tenant", "slow")) {
            publish("slow", "first", 1);
            StringBuilder read = new StringBuilder();
            byte[] buffer = new byte[4_096];
            InputStream in = socket.getInputStream();
            while (!read.toString().contains("first")) {
                read.append(new String(buffer, 0, in.read(buffer), StandardCharsets.US_ASCII));
            }
            for (int n = 1; n <= chunks; n++) {
                publish("slow", "x".repeat(1_000), 1_000);
                int expected = n * 1_000;
                await().atMost(LIMIT).until(() -> quick.events().size() >= expected);
            }
            assertThat(quick.ended()).as("whoever reads is not cut off").isFalse();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                read.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
            }
            slow = read.toString();
        }
        Matcher hint =
                Pattern.compile("resume it with Last-Event-ID: (\\d+-\\d+)").matcher(slow);
        assertThat(hint.find()).as("the end says how to go on").isTrue();
        Set<String> ids = new HashSet<>();
        for (Matcher id = ID.matcher(slow); id.find(); ) {
            ids.add(id.group(1));
        }
        assertThat(ids).hasSizeLessThan(chunks * 1_000).contains(hint.group(1));
        try (EventFeed rest = API.events("/v1/events", "Orchestrator-Tenant", "slow", "Last-Event-ID", hint.group(1))) {
            await().atMost(LIMIT).until(() -> rest.events().size() + ids.size() >= chunks * 1_000 + 1);
            rest.events().forEach(event -> ids.add(event.id()));
        }
        assertThat(ids).hasSize(chunks * 1_000 + 1);
    }

    /** By HTTP/1.0, whose answers are not cut into chunks. */
    private static Socket subscribe(String tenant) throws IOException {
        URI uri = URI.create(API.url());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.getOutputStream()
                .write(("GET /v1/events HTTP/1.0\r\nHost: localhost\r\nOrchestrator-Tenant: " + tenant + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String dag(String tenant) {
        return API.post(
                        "/v1/dags",
                        "{\"name\":\"watched\",\"tasks\":[{\"key\":\"a\",\"task_type\":\"watched\"}]}",
                        "Orchestrator-Tenant",
                        tenant)
                .isOk(202)
                .json()
                .path("dag_id")
                .asString();
    }

    private static void publish(String tenant, String type, int count) {
        API.database()
                .client()
                .sql("insert into event (tenant, status, task_type) select ?, 'QUEUED', ? from generate_series(1, ?)")
                .params(tenant, type, count)
                .update();
    }

    private static long transactions() {
        return API.database()
                .client()
                .sql("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()")
                .query(Long.class)
                .single();
    }
}
