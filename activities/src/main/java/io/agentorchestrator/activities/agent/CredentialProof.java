package io.agentorchestrator.activities.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The proofs of Hello and Welcome, as agent.proto defines them. */
final class CredentialProof {
    private CredentialProof() {}

    static byte[] hello(byte[] key, String workerId, String agentId, long sentAtMillis, byte[] challenge) {
        return hmac(key, "worker|" + workerId + "|" + agentId + "|" + sentAtMillis + "|" + hex(challenge));
    }

    static boolean isWelcome(byte[] key, String agentId, byte[] challenge, byte[] proof) {
        return MessageDigest.isEqual(hmac(key, "agent|" + agentId + "|" + hex(challenge)), proof);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
