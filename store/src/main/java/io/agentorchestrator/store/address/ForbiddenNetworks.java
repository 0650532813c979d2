package io.agentorchestrator.store.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses that no agent has, whatever networks are allowed, also where they are written within IPv6 ones. */
final class ForbiddenNetworks {
    /** By why; the first that fits says it. */
    private static final List<Map.Entry<String, List<Network>>> NEVER = List.of(
            never(
                    "of a cloud's metadata service",
                    "169.254.169.254",
                    "fd00:ec2::254",
                    "fd20:ce::254",
                    "100.100.100.200",
                    "168.63.129.16",
                    "192.0.0.192"),
            never("a link-local one", "169.254.0.0/16", "fe80::/10"),
            never("unspecified", "0.0.0.0/8", "::/128"),
            never("a multicast one", "224.0.0.0/4", "ff00::/8"),
            never("a broadcast or reserved one", "240.0.0.0/4"));

    private static final List<Network> IPV4_AT_THE_END =
            Network.parseAll(List.of("::/96", "64:ff9b::/96", "::ffff:0:0:0/96"));
    private static final Network SIX_TO_FOUR = Network.parse("2002::/16");
    /** RFC 4380: the server's address, and the client's with its bits inverted. */
    private static final Network TEREDO = Network.parse("2001::/32");
    /** RFC 8215: translators of a site's own, in any of the forms of RFC 6052. */
    private static final Network LOCAL_TRANSLATION = Network.parse("64:ff9b:1::/48");
    /** RFC 5214: the IPv4 address is behind these bytes of an interface's identifier, but for their second bit. */
    private static final byte[] ISATAP = {0, 0, 0x5E, (byte) 0xFE};

    private ForbiddenNetworks() {}

    private static Map.Entry<String, List<Network>> never(String what, String... networks) {
        return Map.entry(what, Network.parseAll(List.of(networks)));
    }

    /** Names the kind of an address that no agent may have; null if an agent may have it. */
    static @Nullable String what(InetAddress address) {
        for (InetAddress each : withEmbedded(address)) {
            for (Map.Entry<String, List<Network>> never : NEVER) {
                if (never.getValue().stream().anyMatch(network -> network.contains(each))) {
                    return never.getKey();
                }
            }
        }
        return null;
    }

    /** The address, and the IPv4 addresses that it may stand for. Java makes IPv4 addresses of mapped ones itself. */
    static List<InetAddress> withEmbedded(InetAddress address) {
        List<InetAddress> all = new ArrayList<>(List.of(address));
        if (address instanceof Inet6Address && !address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
            byte[] bytes = address.getAddress();
            if (IPV4_AT_THE_END.stream().anyMatch(network -> network.contains(address))) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
            } else if (SIX_TO_FOUR.contains(address)) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 2, 6)));
            } else if (TEREDO.contains(address)) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 4, 8)));
                all.add(ipv4(inverted(bytes)));
            } else if (LOCAL_TRANSLATION.contains(address)) {
                all.addAll(translated(bytes));
            }
            byte[] identifier = Arrays.copyOfRange(bytes, 8, 12);
            identifier[0] &= ~2; // whether it is unique in the world
            if (Arrays.equals(identifier, ISATAP)) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
            }
        }
        return all;
    }

    private static byte[] inverted(byte[] bytes) {
        byte[] client = Arrays.copyOfRange(bytes, 12, 16);
        for (int i = 0; i < client.length; i++) {
            client[i] ^= (byte) 0xFF;
        }
        return client;
    }

    /** With a prefix of 96 bits the last four bytes; with one of 48, 56 or 64 they are around the ninth, which is zero, and zeros follow. */
    private static List<InetAddress> translated(byte[] bytes) {
        List<InetAddress> all = new ArrayList<>();
        if (bytes[13] != 0 || bytes[14] != 0 || bytes[15] != 0) {
            all.add(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
        } else {
            all.add(ipv4(new byte[] {bytes[6], bytes[7], bytes[9], bytes[10]}));
            all.add(ipv4(new byte[] {bytes[7], bytes[9], bytes[10], bytes[11]}));
            all.add(ipv4(Arrays.copyOfRange(bytes, 9, 13)));
        }
        all.removeIf(each -> each.getAddress()[0] == 0); // read with a prefix that it does not have
        return all;
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
