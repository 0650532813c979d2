package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class AnswerMemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    private final AnswerMemory memory = new AnswerMemory(4 * MEBIBYTE);
    private final MockHttpServletRequest first = new MockHttpServletRequest();
    private final MockHttpServletRequest second = new MockHttpServletRequest();

    @Test
    void whatOneAnswerHoldsOthersDoNotGetUntilItHasBeenWritten() {
        memory.hold(first, 3 * MEBIBYTE);

        assertThatThrownBy(() -> memory.hold(second, 2 * MEBIBYTE))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ProblemCode.OVERLOADED);
                    assertThat(refused.retryAfter()).isNotNull();
                });
        end(second);
        assertThat(memory.heldBytes()).isEqualTo(3 * MEBIBYTE);

        end(first);
        assertThat(memory.heldBytes()).isZero();
        memory.hold(second, 2 * MEBIBYTE);
    }

    @Test
    void smallOnesHoldNothing() {
        memory.hold(first, 64 * 1024);

        assertThat(memory.heldBytes()).isZero();
        end(first);
    }

    private void end(MockHttpServletRequest request) {
        memory.afterCompletion(request, new MockHttpServletResponse(), new Object(), null);
    }
}
