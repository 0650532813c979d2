package io.agentorchestrator.workflows.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskSelectorTest {
    private static final String FULL = """
            {"labels":{"disk":"ssd","gpu":"a100"},"region":"eu","version":">=1.2, <2","preferred":{"region":"eu-1"}}""";

    @Test
    void readsWhatItWritesHoweverThatIsOrdered() {
        TaskSelector selector = TaskSelector.parse(FULL);

        assertThat(selector.json()).isEqualTo(FULL);
        assertThat(TaskSelector.parse("""
                {"preferred": {"region": "eu-1"}, "version": ">=1.2, <2", "region": "eu", "labels": {"gpu": "a100", "disk": "ssd"}}""")).isEqualTo(selector).hasSameHashCodeAs(selector);
        assertThat(TaskSelector.parse(null)).isEqualTo(TaskSelector.ANY);
        assertThat(TaskSelector.parse("{}").isAny()).isTrue();
    }

    @Test
    void hasAKeyForEachTypeAndRequiredConditionsOnly() {
        String key = TaskSelector.parse(FULL).key("a");

        assertThat(key).matches("selector:[0-9a-f]{24}");
        assertThat(TaskSelector.parse(FULL.replace("eu-1", "eu-2")).key("a")).isEqualTo(key);
        assertThat(TaskSelector.parse(FULL.replace("\"eu\"", "\"us\"")).key("a"))
                .isNotEqualTo(key);
        assertThat(TaskSelector.parse(FULL).key("b")).isNotEqualTo(key);
        assertThat(TaskSelector.parse("{\"preferred\":{\"region\":\"eu\"}}").key("a"))
                .isEmpty();
    }

    @Test
    void acceptsAgentsThatMeetAllConditionsAndCountsThoseMet() {
        Selector required = TaskSelector.parse(FULL).required();
        AgentTraits fits = new AgentTraits("eu", "1.9", Map.of("disk", "ssd", "gpu", "a100", "more", "said"));

        assertThat(required.accepts(fits)).isTrue();
        assertThat(required.accepts(new AgentTraits("us", "1.9", fits.labels())))
                .isFalse();
        assertThat(required.accepts(new AgentTraits("eu", null, fits.labels()))).isFalse();
        assertThat(required.accepts(new AgentTraits("eu", "2.0", fits.labels())))
                .isFalse();
        assertThat(required.metBy(new AgentTraits("eu", "1.9", Map.of("disk", "hdd", "gpu", "a100"))))
                .isEqualTo(3);
        assertThat(required.metBy(AgentTraits.NONE)).isZero();
        assertThat(Selector.NONE.accepts(AgentTraits.NONE)).isTrue();
        assertThat(required.words()).isEqualTo("region 'eu', version '>=1.2, <2', label 'disk=ssd', label 'gpu=a100'");
        assertThat(new Selector("eu", null, new TreeMap<>()).words()).isEqualTo("region 'eu'");
    }
}
