//! Prints one line for each code point that differs from the default, in hexadecimal, fields by tabs:
//!
//!     code  flags  combining class  canonical decomposition  compatibility decomposition  lower case
//!
//! Flags are letters: P punctuation, O other (Cc, Cf, Co), N nonspacing mark (unicode_categories);
//! S white space (Rust's std); W \w and R \s (regex); M combining mark (unicode-normalization-alignments).
//! A mapping that is the code point itself is empty. Then come "compose" lines: first, second, composed.
//! The first lines, with "#", name the versions.

use regex::Regex;
use std::collections::BTreeSet;
use unicode_categories::UnicodeCategories;
use unicode_normalization_alignments::char::{
    canonical_combining_class, compose, decompose_canonical, decompose_compatible, is_combining_mark,
};

fn hex(text: &[char]) -> String {
    let codes: Vec<String> = text.iter().map(|c| format!("{:X}", *c as u32)).collect();
    codes.join(" ")
}

fn mapping(c: char, mapped: Vec<char>) -> Vec<char> {
    if mapped == [c] { Vec::new() } else { mapped }
}

fn is_hangul_syllable(c: char) -> bool {
    ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

fn main() {
    let word = Regex::new(r"^\w$").unwrap();
    let space = Regex::new(r"^\s$").unwrap();
    let (major, minor, update) = char::UNICODE_VERSION;
    println!("# std {major}.{minor}.{update}");
    let (major, minor, update) = unicode_normalization_alignments::UNICODE_VERSION;
    println!("# normalization {major}.{minor}.{update}");
    let mut parts: BTreeSet<char> = BTreeSet::new();
    for c in (0..=0x10FFFF_u32).filter_map(char::from_u32) {
        let text = c.to_string();
        let mut flags = String::new();
        for (flag, set) in [
            ('P', c.is_ascii_punctuation() || c.is_punctuation()),
            ('O', c.is_other()),
            ('N', c.is_mark_nonspacing()),
            ('S', c.is_whitespace()),
            ('W', word.is_match(&text)),
            ('R', space.is_match(&text)),
            ('M', is_combining_mark(c)),
        ] {
            if set {
                flags.push(flag);
            }
        }
        let class = canonical_combining_class(c);
        let mut canonical = Vec::new();
        let mut compatible = Vec::new();
        if !is_hangul_syllable(c) {
            decompose_canonical(c, |d| canonical.push(d));
            decompose_compatible(c, |d| compatible.push(d));
            if canonical.len() > 1 {
                parts.extend(canonical.iter());
            }
        }
        let canonical = mapping(c, canonical);
        let compatible = mapping(c, compatible);
        let lower = mapping(c, c.to_lowercase().collect());
        if canonical.len() == 2 {
            parts.insert(c);
        }
        if class != 0 || !(flags.is_empty() && canonical.is_empty() && compatible.is_empty() && lower.is_empty()) {
            println!(
                "{:X}\t{}\t{:X}\t{}\t{}\t{}",
                c as u32, flags, class, hex(&canonical), hex(&compatible), hex(&lower)
            );
        }
    }
    // A first part may itself be composed (U+1E69 is U+1E63 U+0307), so every composed result counts too.
    let firsts: Vec<char> = (0..=0x10FFFF_u32)
        .filter_map(char::from_u32)
        .filter(|c| !is_hangul_syllable(*c))
        .collect();
    for second in parts.iter().filter(|c| !(0x1100..0x1200).contains(&(**c as u32))) {
        for first in &firsts {
            if let Some(composed) = compose(*first, *second) {
                println!("compose\t{:X}\t{:X}\t{:X}", *first as u32, *second as u32, composed as u32);
            }
        }
    }
}
