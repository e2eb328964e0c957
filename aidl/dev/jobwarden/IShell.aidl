package dev.jobwarden;

import dev.jobwarden.ShellResult;

/** `cmd jobscheduler`, for transports without binder's own shell transaction. SHELL-001 to 056. */
interface IShell {
    /**
     * Runs one command: the verb and its arguments. SHELL-055 lists the verbs.
     *
     * @throws SecurityException for anyone but root, shell and the owner of an embedded service. SHELL-001.
     */
    ShellResult run(in String[] args);

    /** As run, but what it prints goes to the descriptor as it comes; returns the exit code. */
    int runTo(in ParcelFileDescriptor fd, in String[] args);
}
