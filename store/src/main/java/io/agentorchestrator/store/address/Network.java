package io.agentorchestrator.store.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation, such as {@code 10.0.0.0/8} or {@code fc00::/7}; a single address is a network of one.
 *
 * @param prefixBits how many leading bits all of its addresses have in common
 */
public record Network(InetAddress address, int prefixBits) {
    /** Loopback, private and shared networks (RFC 1918, 4193, 6598): where agents are unless somebody says otherwise. */
    public static final List<String> PRIVATE = List.of(
            "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/([0-9]{1,3}))?");
    private static final int BYTE = 8;

    /**
     * Reads a network.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Network parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no network such as 10.0.0.0/8");
        }
        InetAddress address = InetAddress.ofLiteral(form.group(1));
        int bits = address.getAddress().length * BYTE;
        int prefix = form.group(2) == null ? bits : Integer.parseInt(form.group(2));
        if (prefix > bits) {
            throw new IllegalArgumentException("'" + text + "' has a prefix of more than " + bits + " bits");
        }
        return new Network(address, prefix);
    }

    static List<Network> parseAll(List<String> texts) {
        return texts.stream().map(Network::parse).toList();
    }

    /** Tells whether the address is of this network. */
    public boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && prefix(other).equals(prefix(address));
    }

    private BigInteger prefix(InetAddress of) {
        byte[] bytes = of.getAddress();
        return new BigInteger(1, bytes).shiftRight(bytes.length * BYTE - prefixBits);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixBits;
    }
}
