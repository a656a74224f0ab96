/**
 * The one field of the page. It takes every spelling and shows what it understood before anything is sent; what it does
 * not understand it says when the payer is done typing, not while.
 */
import { useEffect, useId, useRef, useState } from "react";
import type { SubmitEvent } from "react";
import { useWords } from "./language.tsx";
import { readPhone, spelled } from "./phone.ts";

export interface PhoneFormProps {
  readonly label: string;
  readonly button: string;
  readonly firstText: string;
  readonly isBusy: boolean;
  /** Why pressing would be too early; the button waits. */
  readonly isTooEarly: boolean;
  readonly onText: (text: string) => void;
  readonly onPhone: (msisdn: string) => void;
}

export const PhoneForm = (props: PhoneFormProps) => {
  const words = useWords();
  const ids = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(props.firstText);
  const [isChecked, setChecked] = useState(false);
  const reading = readPhone(text);
  const mistake = isChecked && !reading.ok ? words.phoneWrong[reading.because] : null;
  const { onText } = props;
  useEffect(() => onText(text), [onText, text]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (props.isBusy || props.isTooEarly) return;
    if (reading.ok) props.onPhone(reading.msisdn);
    else {
      setChecked(true);
      field.current?.focus();
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <label htmlFor={`${ids}phone`}>{props.label}</label>
      <div className={reading.ok ? "field understood" : mistake === null ? "field" : "field mistaken"}>
        <input
          id={`${ids}phone`}
          ref={field}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          maxLength={64}
          placeholder="07…"
          value={text}
          aria-invalid={mistake !== null}
          aria-describedby={`${ids}said`}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => setChecked(text.trim() !== "")}
        />
      </div>
      <p id={`${ids}said`} className={mistake === null ? "said" : "said mistake"} aria-live="polite">
        {reading.ok ? words.willAsk(spelled(reading.msisdn)) : (mistake ?? words.phoneHint)}
      </p>
      <button className="pay" type="submit" aria-disabled={props.isBusy || props.isTooEarly}>
        {props.isBusy ? <span className="dots">{words.asking}</span> : props.button}
      </button>
    </form>
  );
};
