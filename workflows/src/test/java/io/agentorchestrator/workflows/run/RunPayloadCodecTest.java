package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunPayloadCodecTest {
    private final DataConverter converter = RunDataConverter.create();

    @Test
    void smallPayloadsStayReadable() {
        Payload payload = converter.toPayload(new WriteResult(List.of(1, 2))).orElseThrow();

        assertThat(payload.getData().toStringUtf8()).isEqualTo("{\"releases\":[1,2]}");
    }

    @Test
    void largePayloadsAreDeflatedAndComeBack() {
        WriteResult large = new WriteResult(IntStream.range(0, 10_000).boxed().toList());

        Payload payload = converter.toPayload(large).orElseThrow();

        assertThat(payload.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/deflate");
        assertThat(payload.getSerializedSize()).isLessThan(30_000);
        assertThat(converter.fromPayload(payload, WriteResult.class, WriteResult.class))
                .isEqualTo(large);
    }

    @Test
    void runInputComesBack() {
        RunInput input = new RunInput(
                RunKind.DAG,
                new UUID(1, 2),
                1,
                "acme",
                1,
                "n",
                List.of(0),
                RunSettings.DEFAULT,
                7,
                List.of("a"),
                List.of(new CommandSignal(new UUID(3, 4), CommandSignal.Kind.PAUSE, List.of(), null, "r", 7)));

        RunInput back = converter.fromPayload(converter.toPayload(input).orElseThrow(), RunInput.class, RunInput.class);

        assertThat(back).usingRecursiveComparison().isEqualTo(input);
    }

    @Test
    void plansAreCompressedOnce() {
        byte[] plan = new byte[5_000];

        Payload payload = converter.toPayload(plan).orElseThrow();

        assertThat(payload.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/plain");
        assertThat(payload.getData().toByteArray()).isEqualTo(plan);
        assertThat(converter.fromPayload(payload, byte[].class, byte[].class)).isEqualTo(plan);
    }

    @Test
    void whatSignalsLeaveOutHasAMeaning() {
        assertThat(read("{}", RunNotice.class)).isEqualTo(new RunNotice(List.of(), List.of(), false));
        assertThat(read("{\"commandId\":\"" + new UUID(1, 2) + "\",\"kind\":\"CANCEL\"}", CommandSignal.class))
                .isEqualTo(new CommandSignal(new UUID(1, 2), CommandSignal.Kind.CANCEL, List.of(), "CANCELLED", "", 0));
        assertThat(read("{\"task\":3,\"attempt\":1,\"outcome\":\"COMPLETED\"}", AttemptEnd.class))
                .isEqualTo(new AttemptEnd(3, 1, AttemptEnd.Outcome.COMPLETED, "", false));
    }

    @Test
    void whatIsAbsentIsNotWritten() {
        Payload payload = converter
                .toPayload(new AttemptEnd(3, 1, AttemptEnd.Outcome.COMPLETED, "", false))
                .orElseThrow();

        assertThat(payload.getData().toStringUtf8()).doesNotContain("name");
    }

    private <T> T read(String json, Class<T> type) {
        Payload payload = converter.toPayload(new WriteResult(List.of())).orElseThrow().toBuilder()
                .setData(ByteString.copyFromUtf8(json))
                .build();
        return converter.fromPayload(payload, type, type);
    }

    @Test
    void damagedPayloadsAreRefused() {
        Payload damaged = Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8(RunPayloadCodec.ENCODING))
                .setData(ByteString.copyFromUtf8("not deflated"))
                .build();

        assertThatExceptionOfType(PayloadCodecException.class)
                .isThrownBy(() -> new RunPayloadCodec().decode(List.of(damaged)));
    }
}
