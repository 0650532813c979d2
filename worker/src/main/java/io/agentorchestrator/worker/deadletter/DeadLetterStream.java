package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetter;
import io.agentorchestrator.store.deadletter.EntryId;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stream of dead letters in Redis. Connects when it is first needed, and anew after {@link #disconnect}. All methods throw
 * {@link RedisException} when Redis is away, is slower than the timeout, or refuses; what was sent by then may have been done.
 * Not thread-safe.
 */
final class DeadLetterStream {
    static final String KEY = "task_dead_letter_queue";
    /** In the same slot of a cluster as the stream. */
    static final String REPLACEMENT_KEY = "{task_dead_letter_queue}:replacement";

    private static final String TOO_SMALL = "equal or smaller than the target stream top item";
    private static final String NO_SUCH_KEY = "no such key";

    private final RedisClient client;
    private final RedisURI uri;
    private @Nullable StatefulRedisConnection<String, String> connection;

    /**
     * Connects to nobody yet.
     *
     * @param uri with the timeout of a command
     */
    DeadLetterStream(RedisClient client, RedisURI uri) {
        this.client = client;
        this.uri = uri;
    }

    /**
     * Adds entries under their ids.
     *
     * @param letters ascending
     * @return the ids that are not larger than the stream's last, and so were refused: it has them already, or never will
     */
    List<EntryId> add(List<DeadLetter> letters) {
        return add(KEY, letters);
    }

    /** Tells whether the stream has all of these. */
    boolean hasAll(List<EntryId> ids) {
        List<RedisFuture<List<StreamMessage<String, String>>>> answers = new ArrayList<>();
        for (EntryId id : ids) {
            answers.add(redis().xrange(KEY, Range.create(id.toString(), id.toString()), Limit.from(1)));
        }
        boolean all = true;
        for (RedisFuture<List<StreamMessage<String, String>>> answer : answers) {
            all &= !await(answer).isEmpty();
        }
        return all;
    }

    /** Removes the entries that it has of these. */
    void remove(List<EntryId> ids) {
        await(redis().xdel(KEY, ids.stream().map(EntryId::toString).toArray(String[]::new)));
    }

    /** Reads the extent of the stream; empty if Redis has no stream. */
    Optional<Extent> extent() {
        List<Object> facts;
        try {
            facts = await(redis().xinfoStream(KEY));
        } catch (RedisCommandExecutionException e) {
            if (says(e, NO_SUCH_KEY)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(
                new Extent(Long.parseLong(fact(facts, "length")), EntryId.parse(fact(facts, "last-generated-id"))));
    }

    /** Begins to write the stream anew, beside the one that is there. */
    void beginReplacement() {
        await(redis().del(REPLACEMENT_KEY));
    }

    /** Adds to what will replace the stream; ascending, over all calls. */
    void addToReplacement(List<DeadLetter> letters) {
        List<EntryId> refused = add(REPLACEMENT_KEY, letters);
        if (!refused.isEmpty()) {
            throw new RedisException("somebody else replaces the stream too: " + refused.getFirst() + " was refused");
        }
    }

    /**
     * Puts what was written anew in the place of the stream, in one step for those who read it.
     *
     * @param empty whether nothing was added: then there is no stream any more
     */
    void finishReplacement(boolean empty) {
        if (empty) {
            await(redis().del(KEY));
        } else {
            await(redis().rename(REPLACEMENT_KEY, KEY));
        }
    }

    /** Lets go of the connection; whatever is asked next opens another. */
    void disconnect() {
        StatefulRedisConnection<String, String> open = connection;
        connection = null;
        if (open != null) {
            var _ = open.closeAsync();
        }
    }

    private List<EntryId> add(String key, List<DeadLetter> letters) {
        List<RedisFuture<String>> answers = new ArrayList<>();
        for (DeadLetter letter : letters) {
            answers.add(redis().xadd(key, new XAddArgs().id(letter.id().toString()), StreamEntry.fields(letter)));
        }
        List<EntryId> refused = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            try {
                await(answers.get(i));
            } catch (RedisCommandExecutionException e) {
                if (!says(e, TOO_SMALL)) {
                    throw e;
                }
                refused.add(letters.get(i).id());
            }
        }
        return refused;
    }

    private RedisAsyncCommands<String, String> redis() {
        StatefulRedisConnection<String, String> open = connection;
        if (open == null || !open.isOpen()) {
            open = client.connect(uri);
            connection = open;
        }
        return open.async();
    }

    private <T> T await(RedisFuture<T> answer) {
        return LettuceFutures.awaitOrCancel(answer, uri.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String fact(List<Object> facts, String name) {
        int at = facts.indexOf(name);
        if (at < 0 || at + 1 == facts.size()) {
            throw new RedisException("XINFO STREAM says nothing of " + name);
        }
        return facts.get(at + 1).toString();
    }

    private static boolean says(RedisCommandExecutionException answer, String words) {
        return Objects.toString(answer.getMessage(), "").contains(words);
    }

    /**
     * The extent of a stream.
     *
     * @param length entries that it has now
     * @param last the largest id that it ever had
     */
    record Extent(long length, EntryId last) {}
}
