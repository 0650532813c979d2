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

    /** The address, and the IPv4 address that it stands for, if it does. Java makes IPv4 addresses of mapped ones itself. */
    static List<InetAddress> withEmbedded(InetAddress address) {
        List<InetAddress> all = new ArrayList<>(List.of(address));
        if (address instanceof Inet6Address && !address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
            byte[] bytes = address.getAddress();
            if (IPV4_AT_THE_END.stream().anyMatch(network -> network.contains(address))) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
            } else if (SIX_TO_FOUR.contains(address)) {
                all.add(ipv4(Arrays.copyOfRange(bytes, 2, 6)));
            }
        }
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
