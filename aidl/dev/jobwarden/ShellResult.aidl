package dev.jobwarden;

/** The end of a shell command. SHELL-004. */
parcelable ShellResult {
    /** 0: done; a process keeps the low 8 bits. */
    int exitCode = 0;
    /** What it printed. */
    String output = "";
}
