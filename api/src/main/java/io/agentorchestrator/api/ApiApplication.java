package io.agentorchestrator.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The REST application. */
@SpringBootApplication
public class ApiApplication {

    /** Starts the application; options are those of Spring Boot. */
    public static void main(String[] arguments) {
        SpringApplication.run(ApiApplication.class, arguments);
    }
}
