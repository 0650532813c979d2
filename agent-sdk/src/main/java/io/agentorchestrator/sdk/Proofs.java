package io.agentorchestrator.sdk;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.sdk.registration.Identity;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The proofs of Hello and Welcome, as agent.proto defines them. The credential's bytes are its text in UTF-8. */
final class Proofs {
    private static final int PROTOCOL_VERSION = 1;
    private static final int CHALLENGE_BYTES = 16;

    private Proofs() {}

    /** Why this Hello is not to be believed, or the empty text. */
    static String objection(Hello hello, Identity identity, Instant now) {
        if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
            return "protocol version " + hello.getProtocolVersion() + " is not spoken here; speak " + PROTOCOL_VERSION;
        }
        if (!hello.getAgentId().equals(identity.agentId())) {
            return "this is not agent " + hello.getAgentId();
        }
        if (hello.getChallenge().size() != CHALLENGE_BYTES) {
            return "the challenge must have " + CHALLENGE_BYTES + " bytes";
        }
        long skewMillis = Math.abs(now.toEpochMilli() - hello.getSentAtMillis());
        if (skewMillis < 0 || skewMillis > SdkLimits.HELLO_CLOCK_SKEW.toMillis()) {
            return "the worker's clock is more than " + SdkLimits.HELLO_CLOCK_SKEW.toMinutes() + " minutes away";
        }
        byte[] expected = hello(identity, hello);
        return MessageDigest.isEqual(expected, hello.getProof().toByteArray()) ? "" : "the proof is wrong";
    }

    static byte[] hello(Identity identity, Hello hello) {
        return hmac(
                identity.credential(),
                "worker|" + hello.getWorkerId() + "|" + hello.getAgentId() + "|" + hello.getSentAtMillis() + "|"
                        + hex(hello.getChallenge()));
    }

    static byte[] welcome(Identity identity, ByteString challenge) {
        return hmac(identity.credential(), "agent|" + identity.agentId() + "|" + hex(challenge));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static byte[] hmac(String credential, String text) {
        try {
            byte[] key = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256 and HmacSHA256", e);
        }
    }
}
