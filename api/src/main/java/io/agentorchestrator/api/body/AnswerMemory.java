package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The part of the heap that large answers may take together, each from when it is made until it has been written, however slowly its
 * client reads. It is not that of bodies, so that slow readers keep nobody from submitting. Thread-safe.
 */
@Component
public final class AnswerMemory implements HandlerInterceptor, WebMvcConfigurer {
    /** Bytes that one item of a list takes, about. */
    public static final long ITEM_BYTES = 1_024;

    /** The least that there is: the largest answer, which is the codec's to its largest request, must fit once. */
    private static final long MIN_BYTES = 48L * 1024 * 1024;

    private static final int HEAP_PART = 8;
    /** Answers no larger than this are not counted: there are no more of them than connections. */
    private static final int SMALL_BYTES = 64 * 1024;

    private static final String HELD = AnswerMemory.class.getName() + ".held";

    private final BodyMemory memory;

    AnswerMemory() {
        this(Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART));
    }

    /** @param bytesAltogether that large answers may take together */
    AnswerMemory(long bytesAltogether) {
        this.memory = new BodyMemory(bytesAltogether);
    }

    /**
     * Sets memory aside for the answer to a request, until it has been written.
     *
     * @throws ProblemException if others have it
     */
    public void hold(HttpServletRequest request, long bytes) {
        if (bytes > SMALL_BYTES) {
            MemoryShare share = memory.share();
            request.setAttribute(HELD, share);
            share.holdInAll(bytes);
        }
    }

    /** The size that a text is counted with, its length; 0 for null. */
    public static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        if (request.getAttribute(HELD) instanceof MemoryShare share) {
            share.close();
        }
    }

    long heldBytes() {
        return memory.heldBytes();
    }
}
