package io.agentorchestrator.store.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

class RetryingTransactionIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final RetryingTransaction transaction = new RetryingTransaction(database.dataSource());
    private final JdbcClient client = database.client();
    private final AtomicInteger tries = new AtomicInteger();

    @BeforeEach
    void twoRows() {
        client.sql("create table pair (name text primary key, value integer not null)")
                .update();
        client.sql("insert into pair values ('a', 0), ('b', 0)").update();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoThatWaitForEachOtherBothSucceed() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);

        Together.race(1, 1, round -> increment("a", "b", bothHold), round -> increment("b", "a", bothHold));

        assertThat(client.sql("select sum(value) from pair")
                        .query(Integer.class)
                        .single())
                .isEqualTo(4);
        assertThat(tries).hasValue(3);
    }

    @Test
    void whatWasGivenUpAgainAndAgainIsThrown() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    tries.incrementAndGet();
                    raise("40001");
                }))
                .isInstanceOf(ConcurrencyFailureException.class);

        assertThat(tries).hasValue(RetryingTransaction.MAX_TRIES);
    }

    @Test
    void mistakesAndWorkWithinAnotherTransactionAreNotRepeated() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    tries.incrementAndGet();
                    client.sql("select nonsense").query(Integer.class).single();
                }))
                .isInstanceOf(BadSqlGrammarException.class);
        assertThat(tries).hasValue(1);

        AtomicInteger inner = new AtomicInteger();
        assertThatThrownBy(() -> transaction.executeWithoutResult(outer -> {
                    tries.incrementAndGet();
                    transaction.executeWithoutResult(status -> {
                        inner.incrementAndGet();
                        raise("40P01");
                    });
                }))
                .isInstanceOf(ConcurrencyFailureException.class);
        assertThat(inner).hasValue(RetryingTransaction.MAX_TRIES);
        assertThat(tries).hasValue(1 + RetryingTransaction.MAX_TRIES);
    }

    private void raise(String state) {
        client.sql("do $$ begin raise exception using errcode = '" + state + "'; end $$")
                .update();
    }

    private void increment(String first, String second, CyclicBarrier bothHold) {
        AtomicInteger mine = new AtomicInteger();
        transaction.executeWithoutResult(status -> {
            tries.incrementAndGet();
            increment(first);
            if (mine.incrementAndGet() == 1) {
                await(bothHold);
            }
            increment(second);
        });
    }

    private void increment(String name) {
        client.sql("update pair set value = value + 1 where name = ?")
                .param(name)
                .update();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
