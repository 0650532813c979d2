package io.agentorchestrator.worker.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server that forgets connections as a firewall does: what is sent arrives nowhere, and nobody is told. */
final class ForgetfulProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger generation = new AtomicInteger();

    ForgetfulProxy(URI server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Forgets all connections that there are; new ones are let through. */
    void forget() {
        generation.incrementAndGet();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket upstream = new Socket(server.getHost(), server.getPort());
                sockets.add(client);
                sockets.add(upstream);
                int born = generation.get();
                Thread.ofVirtual().start(() -> pump(client, upstream, born));
                Thread.ofVirtual().start(() -> pump(upstream, client, born));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pump(Socket from, Socket to, int born) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (born == generation.get()) {
                    to.getOutputStream().write(bytes, 0, read);
                }
            }
        } catch (IOException broken) {
            // So is this connection.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
