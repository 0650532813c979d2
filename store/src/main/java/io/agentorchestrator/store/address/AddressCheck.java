package io.agentorchestrator.store.address;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says where an agent is to be reached, and whether it may be there. To be asked when it registers, and again for each connection: what a name
 * resolves to may change. Thread-safe.
 */
public final class AddressCheck {
    private static final String ALLOWED = "orchestrator.agents.allowed-networks";

    private final List<Network> allowed;
    private final List<ServiceAddress> services;
    private final HostResolver resolver;

    /**
     * @param allowedNetworks in CIDR notation
     * @param services our own, which are no agents
     * @throws IllegalArgumentException if one of the networks is none
     */
    public AddressCheck(List<String> allowedNetworks, List<ServiceAddress> services, HostResolver resolver) {
        try {
            this.allowed = Network.parseAll(allowedNetworks);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ALLOWED + ": " + e.getMessage(), e);
        }
        this.services = List.copyOf(services);
        this.resolver = resolver;
    }

    /** The result of a check. */
    public sealed interface Answer {
        /** Where to connect, and nowhere else; at least one. */
        record Reachable(List<InetSocketAddress> at) implements Answer {}

        /** No agent may be there. */
        record Forbidden(String why) implements Answer {}

        /** Its name is not known, or not now. */
        record Unresolvable(String why) implements Answer {}
    }

    /** Resolves and checks; one forbidden address of several forbids them all. */
    public Answer of(AgentAddress address) {
        List<InetAddress> found;
        try {
            found = address.isLiteral()
                    ? List.of(InetAddress.ofLiteral(address.host()))
                    : resolver.resolve(address.host());
        } catch (UnknownHostException _) {
            return new Answer.Unresolvable("the name " + address.host() + " is not known");
        }
        List<InetSocketAddress> at = new ArrayList<>();
        for (InetAddress each : found) {
            String objection = objection(each, address.port());
            if (objection != null) {
                return new Answer.Forbidden(objection);
            }
            at.add(new InetSocketAddress(each, address.port()));
        }
        return new Answer.Reachable(List.copyOf(at));
    }

    private @Nullable String objection(InetAddress address, int port) {
        String shown = address.getHostAddress();
        String never = ForbiddenNetworks.what(address);
        if (never != null) {
            return "the address %s is %s, which no agent may have; register the address under which workers reach the agent"
                    .formatted(shown, never);
        }
        List<InetAddress> denied = ForbiddenNetworks.withEmbedded(address);
        for (ServiceAddress service : services) {
            if (denied.stream().anyMatch(each -> service.isAt(each, port, resolver))) {
                return "%s listens at %s port %d, which is no agent; register the port on which the agent listens"
                        .formatted(service.service(), shown, port);
            }
        }
        // Its own network only: a way through a relay or a translator is one that nobody has allowed.
        if (allowed.stream().noneMatch(network -> network.contains(address))) {
            return "the address %s is in none of the networks where agents may be; whoever runs the installation can add its network to %s"
                    .formatted(shown, ALLOWED);
        }
        return null;
    }
}
