//! Columns as they are shown, moved and kept.

use proptest::prelude::*;

use super::*;

fn shown(columns: &Columns, width: f32) -> Vec<Column> {
    columns.lay_out(width).places.iter().map(|place| place.column).collect()
}

fn all_shown() -> Columns {
    let mut columns = Columns::default();
    columns.show(Column::Size, true);
    columns.show(Column::Added, true);
    columns
}

#[test]
fn columns_fall_away_in_their_order() {
    use Column::{Added, Left, Name, Progress, Size, Speed};
    let columns = all_shown();
    for (width, expected) in [
        (900.0, vec![Name, Progress, Speed, Left, Size, Added]),
        (800.0, vec![Name, Progress, Speed, Left, Size]),
        (700.0, vec![Name, Progress, Speed, Left]),
        (600.0, vec![Name, Progress, Speed]),
        (500.0, vec![Name, Progress]),
        (200.0, vec![Name, Progress]),
    ] {
        assert_eq!(shown(&columns, width), expected, "{width}");
    }
    assert_eq!(shown(&Columns::default(), 2000.0), [Name, Progress, Speed, Left]);
}

#[test]
fn what_falls_away_is_said_elsewhere() {
    let fallen = |width| all_shown().lay_out(width).fallen;
    assert_eq!(fallen(900.0), Fallen::default());
    assert_eq!(fallen(600.0), Fallen { speed: false, left: true, added: true });
    assert_eq!(fallen(450.0), Fallen { speed: true, left: true, added: true });
    let usual = Columns::default().lay_out(900.0).fallen;
    assert_eq!(usual, Fallen::default(), "what nobody asked for has not fallen away");
}

#[test]
fn the_last_to_give_way_is_the_progress() {
    let columns = Columns::default();
    let width = |total: f32| columns.lay_out(total).place(Column::Progress).unwrap().width;
    assert!((width(1000.0) - 236.0).abs() < 0.1);
    assert!((width(500.0) - 200.0).abs() < 0.1);
    assert!((width(300.0) - 136.0).abs() < 0.1);
}

#[test]
fn a_width_is_whole_and_within_bounds() {
    let least = Column::Speed.least();
    for (points, width) in [
        (0.0, least),
        (-9.0, least),
        (f32::from(least) + 0.4, least),
        (f32::from(least) + 0.6, least + 1),
        (1e9, MOST),
    ] {
        let mut columns = Columns::default();
        let others = columns.width(Column::Progress);
        columns.set_width(Column::Speed, points);
        assert!((columns.width(Column::Speed) - f32::from(width)).abs() < 0.01, "{points}");
        assert!((columns.width(Column::Progress) - others).abs() < 0.01);
        columns.set_width(Column::Name, points);
        assert!(columns.width(Column::Name).abs() < 0.01, "it takes what is left");
        assert!(Columns(Vec::new()).width(Column::Speed).abs() < 0.01);
    }
}

#[test]
fn clicks_go_round() {
    for column in Column::ALL {
        let one = Sort::after_click(None, column);
        let two = Sort::after_click(one, column);
        assert_eq!(one.unwrap().direction, column.first_direction());
        assert!(two.is_some() && two != one && two.unwrap().column == column);
        assert_eq!(Sort::after_click(two, column), None);
        let other = Sort::after_click(two, Column::Name);
        assert!(column == Column::Name || other.unwrap().column == Column::Name);
    }
}

#[test]
fn columns_are_moved_past_what_is_shown() {
    use Column::{Left, Name, Progress, Speed};
    let mut columns = Columns::default();
    columns.step(Left, false);
    assert_eq!(shown(&columns, 2000.0), [Name, Progress, Left, Speed]);
    columns.step(Left, true);
    columns.step(Left, true);
    assert_eq!(shown(&columns, 2000.0), [Name, Progress, Speed, Left], "it is the last");
    columns.move_before(Name, None);
    columns.show(Name, false);
    assert_eq!(shown(&columns, 2000.0), [Progress, Speed, Left, Name]);
}

fn shapes() -> impl Strategy<Value = Columns> {
    let shape = (0..6_usize, any::<bool>(), any::<u16>()).prop_map(|(at, is_shown, width)| Shape {
        column: Column::ALL[at],
        is_shown,
        width,
    });
    proptest::collection::vec(shape, 0..9).prop_map(Columns)
}

proptest! {
    #[test]
    fn whatever_was_kept_is_brought_within_bounds(columns in shapes()) {
        let columns = columns.within_bounds();
        prop_assert_eq!(columns.shapes().len(), Column::ALL.len());
        prop_assert!(Column::ALL.iter().all(|c| columns.0.iter().any(|s| s.column == *c)));
        prop_assert!(columns.shows(Column::Name));
        let is_within = |s: &Shape| {
            let is_name = s.column == Column::Name;
            if is_name { s.width == 0 } else { (s.column.least()..=MOST).contains(&s.width) }
        };
        prop_assert!(columns.0.iter().all(is_within));
        prop_assert_eq!(columns.clone().within_bounds(), columns);
    }

    #[test]
    fn places_are_side_by_side_and_fill_the_row(columns in shapes(), width in 420_f32..3000.0) {
        let layout = columns.within_bounds().lay_out(width);
        let mut right = 0.0;
        for place in &layout.places {
            prop_assert!((place.left - right).abs() < 0.01);
            right = place.left + place.width;
        }
        let name = layout.place(Column::Name).unwrap();
        prop_assert!((right - width).abs() < 0.5 || right > width && name.width < 0.1);
        let has_others = layout.places.len() > 2;
        prop_assert!(!has_others || name.width >= LEAST_NAME - 0.5);
    }
}
