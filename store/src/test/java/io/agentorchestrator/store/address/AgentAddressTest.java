package io.agentorchestrator.store.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:1",
                "255.255.255.254:65535",
                "agent:9000",
                "agent-1.pool.example.com:9000",
                "3com.example:80",
                "1.2.3.4.example:80",
                "[::1]:9000",
                "[fd00::7]:9000",
                "[::ffff:10.0.0.7]:9000"
            })
    void takesNamesAndIpAddresses(String text) {
        assertThat(AgentAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "agent",
                ":1",
                "-a:1",
                "a-:1",
                "a..b:1",
                ".a:1",
                "a.:1",
                "a_b:1",
                "a b:1",
                "a:1 ",
                "a:-1",
                "a:+1",
                "a:١",
                "http://a:1",
                "user@a:1",
                "a/b:1",
                "a:1:2",
                "256.256.256.256:1",
                "1.2.3:1",
                "1.2.3.4.5:1",
                "01.2.3.4:1",
                "2130706433:1",
                "0x7f000001:1",
                "0x7f.0.0.1:1",
                "0177.0.0.1:1",
                "127.1:1",
                "a.0x10:1",
                "[127.0.0.1]:1",
                "[::1:1",
                "::1:1",
                "[fe80::1%eth0]:1",
                "[:::1]:1",
                "[g::1]:1",
                "127.0.0.1:05",
                "a:00000"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> AgentAddress.parse(text)).isInstanceOf(InvalidAddressException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:0", "a:65536", "a:999999999", "[::1]:70000"})
    void refusesPortsThatAreNone(String text) {
        assertThatThrownBy(() -> AgentAddress.parse(text))
                .isInstanceOf(InvalidAddressException.class)
                .matches(e -> ((InvalidAddressException) e).isPortOutOfRange());
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64})
    void labelsHaveUpTo63Characters(int length) {
        String text = "a".repeat(length) + ".example:1";
        if (length == 63) {
            assertThat(AgentAddress.parse(text).port()).isEqualTo(1);
        } else {
            assertThatThrownBy(() -> AgentAddress.parse(text)).isInstanceOf(InvalidAddressException.class);
        }
    }
}
