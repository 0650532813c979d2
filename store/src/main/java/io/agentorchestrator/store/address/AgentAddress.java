package io.agentorchestrator.store.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of an agent, as it is written: {@code host:port}. The host is a name (RFC 1123), an IPv4 address of four decimal numbers, or an
 * IPv6 address in brackets; other ways of writing IPv4 addresses, by which checks are got round, are none.
 *
 * @param host without brackets
 */
public record AgentAddress(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9.-]{1,253}):(0|[1-9][0-9]{0,8})");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    /** Of a name's last label: with such a one resolvers take it for an IPv4 address. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

    private static final int MAX_PORT = 65_535;

    /**
     * Reads an address.
     *
     * @throws InvalidAddressException if it is none; the message says what one is
     */
    public static AgentAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidAddressException(
                    "host:port is needed, with a name, an IPv4 address or an IPv6 address in brackets as the host",
                    false);
        }
        int port = Integer.parseInt(form.group(2));
        if (port < 1 || port > MAX_PORT) {
            throw new InvalidAddressException("a port is 1 to %d, not %d".formatted(MAX_PORT, port), true);
        }
        String host = form.group(1);
        if (host.startsWith("[")) {
            return new AgentAddress(ipv6(host.substring(1, host.length() - 1)), port);
        }
        if (!IPV4.matcher(host).matches()) {
            checkName(host);
        }
        return new AgentAddress(host, port);
    }

    private static String ipv6(String text) {
        if (!text.contains(":")) {
            throw notIpv6();
        }
        try {
            InetAddress _ = InetAddress.ofLiteral(text);
            return text;
        } catch (IllegalArgumentException _) {
            throw notIpv6();
        }
    }

    private static InvalidAddressException notIpv6() {
        return new InvalidAddressException("what stands in brackets is no IPv6 address", false);
    }

    private static void checkName(String host) {
        String[] labels = host.split("\\.", -1);
        if (!Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches())) {
            throw new InvalidAddressException(
                    "the host is no name: its parts are letters, digits and hyphens, 1 to 63 of them, and no hyphen comes first or last",
                    false);
        }
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            throw new InvalidAddressException(
                    "the host is no IPv4 address: four decimal numbers of 0 to 255 are one, as in 10.0.0.7", false);
        }
    }

    /** Tells whether the host is an IP address, and no name. */
    public boolean isLiteral() {
        return host.contains(":") || IPV4.matcher(host).matches();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
