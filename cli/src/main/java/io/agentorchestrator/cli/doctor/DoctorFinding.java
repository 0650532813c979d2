package io.agentorchestrator.cli.doctor;

/**
 * One line of the doctor's list.
 *
 * @param subject what was looked at
 * @param detail what was found and, where something is missing, how to get it
 */
public record DoctorFinding(Verdict verdict, String subject, String detail) {
    /** How bad it is. */
    public enum Verdict {
        /** There and usable. */
        OK("ok"),
        /** Worth knowing; the stack starts all the same. */
        NOTE("note"),
        /** The stack will not start. */
        MISSING("MISSING");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        /** How it is printed. */
        public String word() {
            return word;
        }
    }

    static DoctorFinding ok(String subject, String detail) {
        return new DoctorFinding(Verdict.OK, subject, detail);
    }

    static DoctorFinding note(String subject, String detail) {
        return new DoctorFinding(Verdict.NOTE, subject, detail);
    }

    static DoctorFinding missing(String subject, String detail) {
        return new DoctorFinding(Verdict.MISSING, subject, detail);
    }
}
