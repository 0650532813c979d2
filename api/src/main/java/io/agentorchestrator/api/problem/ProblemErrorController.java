package io.agentorchestrator.api.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Errors that arise outside of controllers, in the servlet container and its filters. */
@RestController
class ProblemErrorController implements ErrorController {

    /** Of what comes here with a 400: Tomcat's own word, once a controller could not read a body to its end. */
    private static final String BROKEN_BODY =
            "the body could not be read to its end: it is cut off, or its chunks are not as HTTP (RFC 9112) has them";

    private final RequestMappingHandlerMapping routes;

    ProblemErrorController(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping routes) {
        this.routes = routes;
    }

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<Problem> error(HttpServletRequest request, HttpServletResponse response) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        ProblemCode code = ProblemCode.ofStatus(status);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (code.status() == HttpStatus.SERVICE_UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, ProblemHandler.RETRY_AFTER_SECONDS);
        }
        if (code == ProblemCode.METHOD_NOT_ALLOWED) {
            // Tomcat, which refuses TRACE by itself, names what any route may take.
            response.setHeader(HttpHeaders.ALLOW, String.join(", ", allowed(request)));
        }
        return answer.contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(code, status, code == ProblemCode.BAD_REQUEST ? BROKEN_BODY : code.title(), null));
    }

    private SortedSet<String> allowed(HttpServletRequest request) {
        PathContainer path =
                PathContainer.parsePath(String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)));
        return routes.getHandlerMethods().keySet().stream()
                .filter(route -> route.getPathPatternsCondition() != null
                        && route.getPathPatternsCondition().getPatterns().stream()
                                .anyMatch(pattern -> pattern.matches(path)))
                .flatMap(route -> route.getMethodsCondition().getMethods().stream())
                .map(RequestMethod::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
