package io.agentorchestrator.agents.source.report;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateMethodModelEx;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.text.VisibleText;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** The templates beside this class: Markdown as it stands, charts as XML in which every value is escaped. */
final class ReportTemplates {
    private static final Configuration CONFIGURATION = new Configuration(Configuration.VERSION_2_3_35);

    static {
        CONFIGURATION.setClassForTemplateLoading(ReportTemplates.class, "");
        CONFIGURATION.setDefaultEncoding(StandardCharsets.UTF_8.name());
        CONFIGURATION.setLocale(Locale.ROOT);
        CONFIGURATION.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        CONFIGURATION.setLogTemplateExceptions(false);
        // Names of files may steer a terminal, and most controls are no XML at all.
        TemplateMethodModelEx visible = arguments -> VisibleText.of(String.valueOf(arguments.getFirst()));
        CONFIGURATION.setSharedVariable("visible", visible);
    }

    private ReportTemplates() {}

    static void write(String template, ReviewFigures figures, Path file) throws IOException, TemplateException {
        StringWriter text = new StringWriter();
        CONFIGURATION.getTemplate(template).process(figures, text);
        WorkFolder.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
