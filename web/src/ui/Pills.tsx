import styles from "./Pills.module.css";

interface Props<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
  /** In more lines where one is too short, also on a phone, where else they scroll sideways from edge to edge. */
  wrap?: boolean;
}

/** One choice of a few, as pills. Arrow keys move between them, as in any group of radio buttons. */
export function Pills<T extends string>({ label, value, options, onChange, wrap = false }: Props<T>) {
  return (
    <div role="radiogroup" aria-label={label} className={styles.pills} data-wrap={wrap || undefined}>
      {options.map((option) => (
        <label key={option.value} className={styles.pill} data-chosen={option.value === value || undefined}>
          <input type="radio" name={label} className="unseen" checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
        </label>
      ))}
    </div>
  );
}
