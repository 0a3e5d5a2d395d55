import styles from "./Pills.module.css";

interface Props<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One choice of a few, as pills. Arrow keys move between them, as in any group of radio buttons. */
export function Pills<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div role="radiogroup" aria-label={label} className={styles.pills}>
      {options.map((option) => (
        <label key={option.value} className={styles.pill} data-chosen={option.value === value || undefined}>
          <input type="radio" name={label} className="unseen" checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
        </label>
      ))}
    </div>
  );
}
