/**
 * The system calls that a container may make by default: those that docker's default profile allows
 * (facts from github.com/moby/profiles, seccomp), grouped by what they are for.
 */
import type { SpecSyscallArgument } from "../../oci/runtime_spec.ts";
import type { ConditionalRule, SeccompProfile } from "./seccomp_profile.ts";

const EPERM = 1;
const ENOSYS = 38;

/** Always allowed. Calls that an architecture or an old libseccomp does not know are skipped by the runtime. */
const ALLOWED = words(`
  access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
  fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync flock fstat fstatfs fsync ftruncate
  futimesat getcwd getdents getdents64 ioctl lchown link linkat lseek lstat mkdir mkdirat mknod mknodat
  name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
  readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink
  symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice write
  writev listmount statmount cachestat
  fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr
  lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat
  inotify_add_watch inotify_init inotify_init1 inotify_rm_watch fanotify_mark
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
  eventfd2 poll ppoll pselect6 select signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime
  io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmsg send sendmmsg
  sendmsg sendto setsockopt shutdown socketcall socketpair
  brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mprotect
  mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages
  execve execveat exit exit_group fork getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid
  getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set kill pause
  pidfd_open pidfd_send_signal prctl prlimit64 rseq sched_getaffinity sched_getattr sched_getparam
  sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity
  sched_setattr sched_setparam sched_setscheduler sched_yield setfsgid setfsuid setgid setgroups setpgid
  setpriority setregid setresgid setresuid setreuid setrlimit setsid set_tid_address setuid tgkill tkill uretprobe
  vfork wait4 waitid waitpid
  futex futex_requeue futex_wait futex_waitv futex_wake get_robust_list get_thread_area set_robust_list
  set_thread_area
  restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
  rt_sigtimedwait rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn
  adjtimex alarm clock_adjtime clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer
  time timer_create timer_delete timer_getoverrun timer_gettime timer_settime times
  ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd semctl
  semget semop semtimedop shmat shmctl shmdt shmget
  capget capset getrandom landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp sysinfo uname
`);

/** Names that only the 32-bit architectures have. */
const ALLOWED_32_BIT = words(`
  chown32 clock_adjtime64 clock_getres_time64 clock_gettime64 clock_nanosleep_time64 fadvise64_64 fchown32 fcntl64
  fstat64 fstatat64 fstatfs64 ftruncate64 futex_time64 getegid32 geteuid32 getgid32 getgroups32 getresgid32
  getresuid32 getuid32 io_pgetevents_time64 lchown32 _llseek lstat64 mmap2 mq_timedreceive_time64
  mq_timedsend_time64 _newselect ppoll_time64 pselect6_time64 recvmmsg_time64 rt_sigtimedwait_time64
  sched_rr_get_interval_time64 semtimedop_time64 sendfile64 setfsgid32 setfsuid32 setgid32 setgroups32 setregid32
  setresgid32 setresuid32 setreuid32 setuid32 stat64 statfs64 timerfd_gettime64 timerfd_settime64 timer_gettime64
  timer_settime64 truncate64 ugetrlimit utimensat_time64
`);

/** Allowed with a capability: `clone` and `clone3` then with every flag. */
const BY_CAPABILITY: Record<string, string[]> = {
  CAP_DAC_READ_SEARCH: ["open_by_handle_at"],
  CAP_SYS_ADMIN: words(`
    bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare`),
  CAP_SYS_BOOT: ["reboot"],
  CAP_SYS_CHROOT: ["chroot"],
  CAP_SYS_MODULE: ["delete_module", "init_module", "finit_module"],
  CAP_SYS_PACCT: ["acct"],
  CAP_SYS_PTRACE: words("kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"),
  CAP_SYS_RAWIO: ["iopl", "ioperm"],
  CAP_SYS_TIME: ["settimeofday", "stime", "clock_settime", "clock_settime64"],
  CAP_SYS_TTY_CONFIG: ["vhangup"],
  CAP_SYS_NICE: ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"],
  CAP_SYSLOG: ["syslog"],
  CAP_BPF: ["bpf"],
  CAP_PERFMON: ["perf_event_open"],
};

const BY_ARCHITECTURE: Record<"amd64" | "arm64", string[]> = {
  amd64: ["arch_prctl", "modify_ldt"],
  arm64: words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"),
};

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h). */
const NEW_NAMESPACES = 0x7e020000;

/** personality(2): PER_LINUX, PER_LINUX32, each also with UNAME26, and the question 0xffffffff. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

/**
 * Socket families (linux/socket.h) above the unbroken run 1 to 11. Left out are those that the kernel has given
 * up, AF_ALG (38; the kernel's cryptography) and AF_VSOCK (40; reaches other machines past the network namespace).
 */
const SOCKET_FAMILIES = [
  ...[13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45],
];
const FIRST_SOCKET_GAP = 12;

/** Everything not allowed here fails with EPERM. */
export function defaultSeccompProfile(imageArchitecture: string): SeccompProfile {
  const narrow = imageArchitecture === "386" || imageArchitecture === "arm";
  const withoutAdmin = { excludes: { caps: ["CAP_SYS_ADMIN"] } };
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: EPERM,
    syscalls: [
      allow(narrow ? [...ALLOWED, ...ALLOWED_32_BIT] : ALLOWED),
      // Before 4.8 a traced process could slip past the filter.
      { ...allow(["process_vm_readv", "process_vm_writev", "ptrace"]), includes: { minKernel: "4.8" } },
      allow(["socket"], { index: 0, value: FIRST_SOCKET_GAP, op: "SCMP_CMP_LT" }),
      ...SOCKET_FAMILIES.map((value) => allow(["socket"], { index: 0, value, op: "SCMP_CMP_EQ" })),
      ...PERSONALITIES.map((value) => allow(["personality"], { index: 0, value, op: "SCMP_CMP_EQ" })),
      ...Object.entries(BY_ARCHITECTURE).map(([arch, names]) => ({
        ...allow(names),
        includes: { arches: [arch] },
      })),
      ...Object.entries(BY_CAPABILITY).map(([name, names]) => ({
        ...allow(names),
        includes: { caps: [name] },
      })),
      {
        ...allow(["clone"], { index: 0, value: NEW_NAMESPACES, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }),
        ...withoutAdmin,
      },
      // Its flags are behind a pointer, where no filter can look: libraries fall back to clone on this errno.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS, ...withoutAdmin },
    ],
  };
}

function allow(names: string[], argument?: SpecSyscallArgument): ConditionalRule {
  return { names, action: "SCMP_ACT_ALLOW", ...(argument && { args: [argument] }) };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
