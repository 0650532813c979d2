package io.agentorchestrator.store.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.limit.LimitReader.Lined;
import org.junit.jupiter.api.Test;

class LineRoomTest {
    @Test
    void putsInLineWhatThereIsRoomForAndNoMore() {
        assertThat(LineRoom.most(5, Lined.NONE)).isEqualTo(5);
        assertThat(LineRoom.most(5, new Lined(3, 3, 0))).isEqualTo(2);
        assertThat(LineRoom.most(5, new Lined(7, 7, 0))).isZero();
        assertThat(LineRoom.most(0, new Lined(0, 0, 50))).isZero();
    }

    @Test
    void passesARowThatStaysInLineInTheLogarithmOfItsLength() {
        int stale = 0;
        int passed = 0;
        int looks = 0;
        for (; passed < 100_000; looks++) {
            int put = LineRoom.most(1, new Lined(0, 0, stale));
            assertThat(LineRoom.most(1, new Lined(put, put, stale)))
                    .as("no more until these have stayed, too")
                    .isZero();
            passed += put;
            stale = put;
        }
        assertThat(looks).isLessThan(20);
    }

    @Test
    void doesNotPutToAndFroWhatAClaimHoldsAgain() {
        Lined heldAgain = new Lined(0, 200, 100);

        assertThat(LineRoom.most(1, heldAgain)).as("the room alone").isOne();
        assertThat(LineRoom.most(1, new Lined(0, 0, 0)))
                .as("once nothing stayed lately")
                .isOne();
    }
}
