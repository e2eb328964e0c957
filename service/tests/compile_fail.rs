//! What must not compile, with the compiler's own words, and its twins, which differ by the mistake
//! alone and do compile.

#[test]
fn order_waiting_and_calling_out_are_proven_by_the_compiler() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile_fail/*_refused.rs");
    cases.pass("tests/compile_fail/*_twin.rs");
}
