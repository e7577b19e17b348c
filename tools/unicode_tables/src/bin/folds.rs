//! Prints which characters Oniguruma takes for the same when case is ignored:
//!
//!     class  41 61        characters that match each other
//!     long   DF 73 73     a character and a text of two or three that match each other
//!
//! Candidates are the characters that Unicode 16 or 17 maps to another case, and the texts to which they are mapped.

use onig::Regex;
use std::collections::BTreeSet;

fn scalars() -> impl Iterator<Item = char> {
    (0..=0x10FFFF_u32).filter_map(char::from_u32)
}

fn ignoring_case(c: char) -> Regex {
    Regex::new(&format!("\\A(?i:\\x{{{:X}}})\\z", c as u32)).unwrap()
}

fn main() {
    let cased = Regex::new(r"\A[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}\p{Cased}]\z").unwrap();
    let mut candidates = Vec::new();
    let mut longs: BTreeSet<String> = BTreeSet::new();
    for c in scalars() {
        let upper: String = c.to_uppercase().collect();
        let lower: String = c.to_lowercase().collect();
        let itself = c.to_string();
        if upper != itself || lower != itself || cased.is_match(&itself) {
            candidates.push(c);
        }
        for text in [&upper, &lower, &upper.to_lowercase()] {
            if text.chars().count() > 1 {
                longs.insert(text.to_lowercase());
            }
        }
    }
    let mut done: BTreeSet<char> = BTreeSet::new();
    for &c in &candidates {
        let regex = ignoring_case(c);
        for long in &longs {
            if regex.is_match(long) {
                let codes: Vec<String> = long.chars().map(|l| format!("{:X}", l as u32)).collect();
                println!("long\t{:X} {}", c as u32, codes.join(" "));
            }
        }
        if done.contains(&c) {
            continue;
        }
        let class: Vec<char> =
            candidates.iter().copied().filter(|d| *d == c || regex.is_match(&d.to_string())).collect();
        done.extend(&class);
        if class.len() > 1 {
            let codes: Vec<String> = class.iter().map(|d| format!("{:X}", *d as u32)).collect();
            println!("class\t{}", codes.join(" "));
        }
    }
}
