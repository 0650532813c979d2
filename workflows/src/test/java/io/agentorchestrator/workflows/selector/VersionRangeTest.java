package io.agentorchestrator.workflows.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.4.2             | 1.4.2      | true
            1.4.2             | 1.4.2.0    | false
            =1.4.2            | 1.4.2.0    | true
            >=1.2             | 1.2.0      | true
            >=1.2             | 1.10       | true
            >=1.2             | 1.1.9      | false
            >=1.2, <2         | 1.99.3     | true
            >=1.2,<2          | 2.0        | false
            >= 1.2 , < 2      | 1.3        | true
            >1.2              | 1.2        | false
            <=1.2             | 1.2.0+b7   | true
            <2.0              | 2.0-rc.1   | true
            >=2.0             | 2.0-rc.1   | false
            nightly           | nightly    | true
            """)
    void containsVersionsByTextOrByComparisons(String range, String version, boolean contained) {
        assertThat(VersionRange.parse(range).contains(version)).isEqualTo(contained);
    }

    @Test
    void ordersPartsAsNumbersAndPreReleasesBeforeTheirRelease() {
        List<String> inOrder = List.of(
                "0.9",
                "1.0-alpha",
                "1.0-alpha.1",
                "1.0-alpha.beta",
                "1.0-beta",
                "1.0-beta.2",
                "1.0-beta.11",
                "1.0-rc.1",
                "1.0",
                "1.0.1",
                "1.2",
                "1.10",
                "1.99999999999999999999",
                "1.a",
                "2");
        for (int one = 0; one < inOrder.size(); one++) {
            for (int other = 0; other < inOrder.size(); other++) {
                assertThat(Integer.signum(VersionRange.compare(inOrder.get(one), inOrder.get(other))))
                        .as("%s and %s", inOrder.get(one), inOrder.get(other))
                        .isEqualTo(Integer.compare(one, other));
            }
        }
        assertThat(VersionRange.compare("1.02", "1.2.0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ">=", "~1.2", "1.2 2", ">=1,", ">1, >2, >3, >4, >5", "1.2, <3"})
    void refusesWhatIsNeitherAVersionNorComparisons(String text) {
        assertThatThrownBy(() -> VersionRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
