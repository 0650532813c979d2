package io.agentorchestrator.store.address;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where one of our own services listens.
 *
 * @param service what people call it
 */
public record ServiceAddress(String service, String host, int port) {
    /** Where HTTP is, unless an address says otherwise. */
    public static final int HTTP_PORT = 80;

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /**
     * Reads where a service is out of a URL, JDBC's too, or out of {@code host:port}; several hosts stand side by side with commas. What cannot be read
     * is left out: whoever connects to it says so.
     */
    public static List<ServiceAddress> of(String service, String url, int defaultPort) {
        String text = url.substring(url.contains("://") ? url.indexOf("://") + 3 : 0);
        text = text.replaceFirst("^/+", "").split("[/?#]", 2)[0];
        text = text.substring(text.lastIndexOf('@') + 1);
        List<ServiceAddress> all = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            int colon = each.lastIndexOf(':');
            boolean hasPort = colon > each.lastIndexOf(']')
                    && PORT.matcher(each.substring(colon + 1)).matches();
            String host = (hasPort ? each.substring(0, colon) : each).replaceAll("[\\[\\]]", "");
            if (!host.isBlank()) {
                all.add(new ServiceAddress(
                        service, host.strip(), hasPort ? Integer.parseInt(each.substring(colon + 1)) : defaultPort));
            }
        }
        return all;
    }

    /** Where PostgreSQL is, by JDBC's URL. */
    public static List<ServiceAddress> ofPostgresql(String url) {
        return of("PostgreSQL", url, 5432);
    }

    /** Where Redis is. */
    public static List<ServiceAddress> ofRedis(String url) {
        return of("Redis", url, 6379);
    }

    /** Where Temporal is, and its Web UI. */
    public static List<ServiceAddress> ofTemporal(String address, String uiUrl) {
        List<ServiceAddress> both = new ArrayList<>(of("Temporal", address, 7233));
        both.addAll(of("Temporal's Web UI", uiUrl, HTTP_PORT));
        return both;
    }

    /** Where other services are, that somebody has named. */
    public static List<ServiceAddress> ofOthers(List<String> addresses) {
        return addresses.stream()
                .flatMap(each -> of("another service", each, HTTP_PORT).stream())
                .toList();
    }

    /** Tells whether a connection there reaches the service. On this machine the port decides: the service may listen on all addresses. */
    boolean isAt(InetAddress address, int otherPort, HostResolver resolver) {
        if (port != otherPort) {
            return false;
        }
        try {
            boolean isHere = isOfThisMachine(address);
            for (InetAddress own : resolver.resolve(host)) {
                if (own.equals(address) || (isHere && isOfThisMachine(own))) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException _) {
            return false; // then nobody can reach it by this name, an agent's neighbour neither
        }
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) {
            return false;
        }
    }
}
