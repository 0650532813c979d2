package io.agentorchestrator.workflows.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void whatFitsStaysAsItIs() {
        assertThat(Excerpt.of("", 1)).isEmpty();
        assertThat(Excerpt.of("abcd", 4)).isEqualTo("abcd");
        assertThat(Excerpt.beginning("abcd", 4)).isEqualTo("abcd");
        assertThat(Excerpt.beginning("ab😀", 4)).isEqualTo("ab😀");
    }

    @Test
    void whatIsLongerEndsInAnEllipsis() {
        assertThat(Excerpt.of("abcde", 4)).isEqualTo("abc…");
        assertThat(Excerpt.beginning("abcde", 4)).isEqualTo("abcd");
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(Excerpt.of("ab😀cd", 4)).isEqualTo("ab…");
        assertThat(Excerpt.of("ab😀cd", 5)).isEqualTo("ab😀…");
        assertThat(Excerpt.beginning("ab😀cd", 3)).isEqualTo("ab");
        assertThat(Excerpt.beginning("😀", 1)).isEmpty();
        assertThat(Excerpt.beginning("😀", 0)).isEmpty();
    }
}
