package io.agentorchestrator.store.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.store.address.AddressCheck.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCheckTest {
    private static final List<String> EVERYWHERE = List.of("0.0.0.0/0", "::/0");

    private final Map<String, List<InetAddress>> names = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "10.1.2.3:1", "172.31.0.1:1", "192.168.0.1:1", "[::1]:1", "[fd00::7]:1"})
    void agentsMayBeOnThisMachineAndInPrivateNetworks(String address) {
        assertThat(check(Network.PRIVATE, address)).isInstanceOf(Answer.Reachable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8:1", "172.32.0.1:1", "[2001:db8::1]:1"})
    void elsewhereOnlyWhereTheirNetworkIsAllowed(String address) {
        assertThat(check(Network.PRIVATE, address))
                .asInstanceOf(InstanceOfAssertFactories.type(Answer.Forbidden.class))
                .extracting(Answer.Forbidden::why)
                .asString()
                .contains("orchestrator.agents.allowed-networks");
        assertThat(check(EVERYWHERE, address)).isInstanceOf(Answer.Reachable.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "169.254.169.254:80 | metadata",
                "[fd00:ec2::254]:80 | metadata",
                "100.100.100.200:80 | metadata",
                "169.254.1.1:1 | link-local",
                "[fe80::1]:1 | link-local",
                "[febf::1]:1 | link-local",
                "0.0.0.0:1 | unspecified",
                "0.1.2.3:1 | unspecified",
                "[::]:1 | unspecified",
                "224.0.0.1:1 | multicast",
                "239.255.255.255:1 | multicast",
                "[ff02::1]:1 | multicast",
                "255.255.255.255:1 | broadcast",
                "240.0.0.1:1 | reserved",
                "[::ffff:169.254.169.254]:80 | metadata",
                "[::ffff:a9fe:a9fe]:80 | metadata",
                "[::169.254.169.254]:80 | metadata",
                "[64:ff9b::a9fe:a9fe]:80 | metadata",
                "[2002:a9fe:a9fe::]:80 | metadata",
                "[::ffff:0:a9fe:a9fe]:80 | metadata",
                "[::ffff:0.0.0.0]:1 | unspecified",
                "[64:ff9b:1::a9fe:a9fe]:80 | metadata",
                "[64:ff9b:1:a9fe:a9:fe00::]:80 | metadata",
                "[64:ff9b:1:a9:fe:a9fe::]:80 | metadata",
                "[64:ff9b:1:0:a9:fea9:fe00:0]:80 | metadata",
                "[2001:0:a9fe:a9fe::1]:80 | metadata",
                "[2001:0:808:808:0:0:5601:5601]:80 | metadata",
                "[2001:db8::5efe:a9fe:a9fe]:80 | metadata",
                "[2001:db8::200:5efe:a9fe:a9fe]:80 | metadata",
            })
    void neverWhereNoAgentCanBe(String address, String why) {
        assertThat(check(EVERYWHERE, address))
                .asInstanceOf(InstanceOfAssertFactories.type(Answer.Forbidden.class))
                .extracting(Answer.Forbidden::why)
                .asString()
                .contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[2002:a00:1::1]:1",
                "[64:ff9b::a00:1]:1",
                "[64:ff9b:1::a00:1]:1",
                "[2001:0:a00:1::f5ff:fffe]:1",
                "[2001:db8::5efe:a00:1]:1"
            })
    void anAllowedAddressWithinAnotherAllowsNotTheOther(String address) {
        assertThat(check(Network.PRIVATE, address)).isInstanceOf(Answer.Forbidden.class);
        assertThat(check(EVERYWHERE, address)).isInstanceOf(Answer.Reachable.class);
    }

    @Test
    void aNameIsWhatItResolvesTo() {
        names.put("good", addresses("10.0.0.7", "10.0.0.8"));
        names.put("rebinding", addresses("10.0.0.7", "169.254.169.254"));

        assertThat(check(Network.PRIVATE, "good:7"))
                .isEqualTo(new Answer.Reachable(
                        List.of(new InetSocketAddress("10.0.0.7", 7), new InetSocketAddress("10.0.0.8", 7))));
        assertThat(check(Network.PRIVATE, "rebinding:7")).isInstanceOf(Answer.Forbidden.class);
        assertThat(check(Network.PRIVATE, "unknown:7")).isInstanceOf(Answer.Unresolvable.class);
        names.put("good", addresses("169.254.169.254"));
        assertThat(check(Network.PRIVATE, "good:7")).as("asked anew").isInstanceOf(Answer.Forbidden.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:5432",
                "127.0.0.2:5432",
                "[::1]:5432",
                "here:5432",
                "10.0.0.9:6380",
                "cache:6380",
                "127.0.0.1:7233",
                "127.0.0.1:8233",
                "[64:ff9b::0a00:0009]:6380"
            })
    void ourOwnServicesAreNoAgents(String address) {
        names.put("here", addresses("127.0.0.1"));
        names.put("cache", addresses("10.0.0.9"));

        assertThat(check(EVERYWHERE, address))
                .asInstanceOf(InstanceOfAssertFactories.type(Answer.Forbidden.class))
                .extracting(Answer.Forbidden::why)
                .asString()
                .contains("listens at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:5433", "10.0.0.9:6379", "10.0.0.8:6380", "10.0.0.9:5432"})
    void theirNeighboursMayBe(String address) {
        names.put("cache", addresses("10.0.0.9"));

        assertThat(check(EVERYWHERE, address)).isInstanceOf(Answer.Reachable.class);
    }

    @Test
    void servicesAreReadOutOfUrls() {
        assertThat(ServiceAddress.of("x", "jdbc:postgresql://a:1,b/db?user=u", 5432))
                .extracting(ServiceAddress::host, ServiceAddress::port)
                .containsExactly(tuple("a", 1), tuple("b", 5432));
        assertThat(ServiceAddress.of("x", "rediss://user:pass@h/3", 6379))
                .extracting(ServiceAddress::host, ServiceAddress::port)
                .containsExactly(tuple("h", 6379));
        assertThat(ServiceAddress.of("x", "dns:///[::1]:7233", 1))
                .extracting(ServiceAddress::host, ServiceAddress::port)
                .containsExactly(tuple("::1", 7233));
        assertThat(ServiceAddress.of("x", "", 1)).isEmpty();
    }

    private Answer check(List<String> allowed, String address) {
        List<ServiceAddress> services = List.of(
                new ServiceAddress("PostgreSQL", "127.0.0.1", 5432),
                new ServiceAddress("Redis", "cache", 6380),
                new ServiceAddress("Temporal", "127.0.0.1", 7233),
                new ServiceAddress("its UI", "127.0.0.1", 8233));
        return new AddressCheck(allowed, services, this::resolve).of(AgentAddress.parse(address));
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        if (names.containsKey(host)) {
            return names.get(host);
        }
        if (host.equals("127.0.0.1")) {
            return addresses(host);
        }
        throw new UnknownHostException(host);
    }

    private static List<InetAddress> addresses(String... literals) {
        return Arrays.stream(literals).map(InetAddress::ofLiteral).toList();
    }
}
