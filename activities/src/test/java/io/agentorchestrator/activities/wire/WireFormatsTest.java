package io.agentorchestrator.activities.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.agentorchestrator.history.v1.PlanMessage;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.store.testkit.SavedLines;
import io.agentorchestrator.workflows.run.DagRun;
import io.agentorchestrator.workflows.run.DispatchActivities;
import io.agentorchestrator.workflows.run.GroupRun;
import io.agentorchestrator.workflows.run.RecordActivities;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunNotice;
import io.agentorchestrator.workflows.run.RunQueues;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.metadata.POJOActivityInterfaceMetadata;
import io.temporal.common.metadata.POJOActivityMethodMetadata;
import io.temporal.common.metadata.POJOWorkflowInterfaceMetadata;
import io.temporal.common.metadata.POJOWorkflowMethodMetadata;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Processes of two versions speak to each other during an upgrade, and histories are older than either: what is on the wire is kept. */
class WireFormatsTest {
    private static final List<FileDescriptor> PROTOCOLS =
            List.of(Hello.getDescriptor().getFile(), PlanMessage.getDescriptor().getFile());

    private final SortedSet<String> lines = new TreeSet<>();

    @Test
    void protocolsStay() throws Exception {
        PROTOCOLS.forEach(file -> {
            file.getMessageTypes().forEach(this::message);
            file.getEnumTypes().forEach(this::values);
            file.getServices().forEach(this::service);
        });

        SavedLines.check(Path.of("src/test/resources/saved/protocols.txt"), lines);
    }

    @Test
    void everyProtocolIsLookedAt() throws Exception {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."), Files::isDirectory)) {
            for (Path module : modules) {
                found.addAll(protocolsBelow(module.resolve("src/main/proto")));
            }
        }

        assertThat(PROTOCOLS).extracting(FileDescriptor::getName).containsExactlyInAnyOrderElementsOf(found);
    }

    private static List<String> protocolsBelow(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    /** Fields that {@code RunDataConverter} writes, by the names of fields. */
    @Test
    void workflowsAndTheirPayloadsStay() throws Exception {
        for (Class<?> type : List.of(DagRun.class, GroupRun.class)) {
            for (POJOWorkflowMethodMetadata method :
                    POJOWorkflowInterfaceMetadata.newInstance(type).getMethodsMetadata()) {
                call(
                        type.getSimpleName() + " " + method.getType().name().toLowerCase(Locale.ROOT) + " "
                                + method.getName(),
                        method.getWorkflowMethod());
            }
        }
        for (Class<?> type : List.of(DispatchActivities.class, RecordActivities.class)) {
            for (POJOActivityMethodMetadata method :
                    POJOActivityInterfaceMetadata.newInstance(type).getMethodsMetadata()) {
                call("activity " + method.getActivityTypeName(), method.getMethod());
            }
        }
        lines.add("workflows are in queue " + RunQueues.RUNS);
        lines.add("batches are in queue " + RunQueues.DISPATCH);

        SavedLines.check(Path.of("src/test/resources/saved/workflows.txt"), lines);
    }

    @Test
    void fieldsOfALaterVersionArePassedOver() {
        String later = "{\"ended\":[],\"notStarted\":[1],\"runEnded\":true,\"later\":{\"a\":[1]}}";
        Payload payload = Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8(later))
                .build();

        assertThat(RunDataConverter.create().fromPayload(payload, RunNotice.class, RunNotice.class))
                .isEqualTo(new RunNotice(List.of(), List.of(1), true));
    }

    private void call(String name, Method method) {
        lines.add(name);
        Type[] parameters = method.getGenericParameterTypes();
        for (int i = 0; i < parameters.length; i++) {
            value(name + " takes " + i, parameters[i]);
        }
        value(name + " gives", method.getGenericReturnType());
    }

    private void value(String path, Type type) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                value(path + "[]", argument);
            }
        } else if (type instanceof Class<?> payload && payload.isRecord()) {
            for (RecordComponent component : payload.getRecordComponents()) {
                value(path + "." + component.getName(), component.getGenericType());
            }
        } else if (type instanceof Class<?> words && words.isEnum()) {
            for (Object word : words.getEnumConstants()) {
                lines.add(path + " may be " + ((Enum<?>) word).name());
            }
        } else {
            lines.add(path + ": " + type.getTypeName());
        }
    }

    private void message(Descriptor message) {
        for (FieldDescriptor field : message.getFields()) {
            lines.add("%s.%s = %d: %s%s%s"
                    .formatted(
                            message.getFullName(),
                            field.getName(),
                            field.getNumber(),
                            field.isRepeated() ? "repeated " : "",
                            field.getRealContainingOneof() == null
                                    ? ""
                                    : "one of " + field.getRealContainingOneof().getName() + " ",
                            type(field)));
        }
        message.getNestedTypes().forEach(this::message);
        message.getEnumTypes().forEach(this::values);
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
                field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    private void values(EnumDescriptor words) {
        for (EnumValueDescriptor word : words.getValues()) {
            lines.add("%s.%s = %d".formatted(words.getFullName(), word.getName(), word.getNumber()));
        }
    }

    private void service(ServiceDescriptor service) {
        for (MethodDescriptor method : service.getMethods()) {
            lines.add("%s(%s%s) returns %s%s"
                    .formatted(
                            method.getFullName(),
                            method.isClientStreaming() ? "stream " : "",
                            method.getInputType().getFullName(),
                            method.isServerStreaming() ? "stream " : "",
                            method.getOutputType().getFullName()));
        }
    }
}
