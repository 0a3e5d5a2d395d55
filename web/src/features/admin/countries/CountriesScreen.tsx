import { Checkbox } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { confirmCountry, countriesQuery, doubtCountry } from "~/api/admin";
import { useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "../admin.module.css";

/** From which age people agree for themselves, country by country, each with its source, to be confirmed. */
export function CountriesScreen() {
  const text = useText();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const countries = useQuery(countriesQuery);
  const names = useMemo(() => new Intl.DisplayNames([language], { type: "region", fallback: "code" }), [language]);
  const changing = useMutation({
    mutationFn: ({ country, yes }: { country: string; yes: boolean }) => (yes ? confirmCountry(country) : doubtCountry(country)),
    onSuccess: (known) => queries.setQueryData(countriesQuery.queryKey, known),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  if (countries.isError && !countries.data) return <Failure error={countries.error} retry={() => void countries.refetch()} />;
  return (
    <>
      <p className={styles.help}>{text("admin.countries.help")}</p>
      {countries.data ? (
        <div className={styles.tableFrame}>
          <table className={styles.table}>
            <thead>
              <tr>
                {(["country", "age", "aiAge", "source", "confirmed"] as const).map((column) => (
                  <th key={column} scope="col">
                    {text(`admin.countries.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {countries.data.items.map((row) => (
                <tr key={row.country}>
                  <th scope="row">{names.of(row.country)}</th>
                  <td className={styles.number}>{row.age}</td>
                  <td className={styles.number}>{row.ai_age ?? <span className={styles.dim}>–</span>}</td>
                  <td>
                    {row.law}
                    <br />
                    <span className={styles.dim}>{text("admin.countries.asOf", { source: row.source, day: new Date(row.as_of) })}</span>
                    {row.note ? (
                      <>
                        <br />
                        <span className={styles.dim}>{row.note}</span>
                      </>
                    ) : null}
                  </td>
                  <td>
                    <Checkbox
                      aria-label={text("admin.countries.confirm", { country: names.of(row.country) ?? row.country })}
                      checked={row.confirmed_at !== null}
                      disabled={changing.isPending && changing.variables.country === row.country}
                      onChange={(event) => changing.mutate({ country: row.country, yes: event.currentTarget.checked })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Skeleton height={420} round={14} />
      )}
    </>
  );
}
