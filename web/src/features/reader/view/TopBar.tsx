import { Menu, Popover } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, BookOpen, Check, ChevronDown, CircleHelp, File, Focus, Maximize, MessageCircleQuestionMark, Minimize, PanelRightClose, PanelRightOpen, Rows3, SlidersHorizontal, Waypoints } from "lucide-react";
import { useState } from "react";

import type { EpisodeDetail, Layout } from "~/api/types";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { isUntitled } from "~/lib/titles";
import { IconButton, type Icon } from "~/ui/Button";

import type { ReaderSettings } from "../useReaderSettings";

import { EditDoor } from "./EditDoor";
import { SettingsPanel } from "./SettingsPanel";
import styles from "./reader.module.css";

interface Props {
  inert: boolean;
  episode: EpisodeDetail;
  title: string;
  settings: ReaderSettings;
  /** Whether the words of the balloons are laid over them. */
  words: boolean;
  /** Whether something stands beside the page, and whether that is the world. */
  side: boolean;
  world: boolean;
  /** Whether the companion does; null where there is nobody for it to know. */
  asks: boolean | null;
  fullScreen: boolean;
  onGuided: (on: boolean) => void;
  onWords: (on: boolean) => void;
  onSide: () => void;
  onAsk: () => void;
  onWorld: () => void;
  onFullScreen: () => void;
  onKeys: () => void;
  onMenu: (open: boolean) => void;
}

const LAYOUTS: { layout: Layout; icon: Icon }[] = [
  { layout: "single", icon: File },
  { layout: "spread", icon: BookOpen },
  { layout: "strip", icon: Rows3 },
];

export function TopBar({ inert, episode, title, settings, words, side, world, asks, fullScreen, onGuided, onWords, onSide, onAsk, onWorld, onFullScreen, onKeys, onMenu }: Props) {
  const text = useText();
  const [panel, setPanel] = useState(false);
  const { language, layout, guided } = settings;
  const Shown = guided ? Focus : (LAYOUTS.find((one) => one.layout === layout)?.icon ?? File);
  const shown = text(guided ? "reader.guided" : `reader.layout.${layout}`);
  const toggle = (open: boolean) => {
    setPanel(open);
    onMenu(open);
  };
  return (
    <header className={styles.top} data-bar inert={inert}>
      <Link to="/series/$slug" params={{ slug: episode.series.slug }} className={styles.backLink} aria-label={text("reader.back", { series: episode.series.title })}>
        <ArrowLeft size={22} strokeWidth={1.7} aria-hidden />
      </Link>
      <div className={styles.names}>
        <h1 className={styles.title} {...inLanguage(language)}>
          {title}
        </h1>
        <p className={styles.under}>
          {episode.number === null || isUntitled(episode) ? episode.series.title : text("reader.subtitle", { series: episode.series.title, number: episode.number })}
        </p>
      </div>
      <div className={styles.tools}>
        {episode.languages.length > 1 ? (
          <Menu onChange={onMenu}>
            <Menu.Target>
              <button type="button" className={styles.tool}>
                <span className="unseen">{text("reader.language.choose", { language: "" })} </span>
                <span className={styles.toolText}>{language ? nameOfLanguage(language) : text("reader.language")}</span>
                <span className={styles.toolShort}>{language?.toUpperCase()}</span>
                <ChevronDown size={15} strokeWidth={1.7} aria-hidden />
              </button>
            </Menu.Target>
            <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
              {episode.languages.map((tag) => (
                <Menu.Item key={tag} onClick={() => settings.change({ language: tag })} leftSection={<Tick on={tag === language} />} {...inLanguage(tag)}>
                  {nameOfLanguage(tag)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
        <Menu onChange={onMenu}>
          <Menu.Target>
            <button type="button" className={styles.tool} aria-label={text("reader.layout.choose", { layout: shown })}>
              <Shown size={18} strokeWidth={1.7} aria-hidden />
              <span className={styles.toolText}>{shown}</span>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {LAYOUTS.map(({ layout: one, icon: Sign }) => (
              <Menu.Item key={one} onClick={() => settings.change({ layout: one, guided: false })} leftSection={<Sign size={17} strokeWidth={1.7} aria-hidden />} rightSection={<Tick on={one === layout && !guided} />}>
                {text(`reader.layout.${one}`)}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => onGuided(!guided)} leftSection={<Focus size={17} strokeWidth={1.7} aria-hidden />} rightSection={<Tick on={guided} />}>
              {text("reader.guided")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Popover opened={panel} onChange={toggle} position="bottom-end" shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <IconButton icon={SlidersHorizontal} label={text("reader.settings")} aria-expanded={panel} onClick={() => toggle(!panel)} />
          </Popover.Target>
          <Popover.Dropdown>
            <SettingsPanel settings={settings} words={words} onWords={onWords} />
          </Popover.Dropdown>
        </Popover>
        {asks === null ? null : (
          <button type="button" className={styles.tool} aria-pressed={asks} aria-label={text("reader.ask.open")} title={text("reader.ask.open")} onClick={onAsk}>
            <MessageCircleQuestionMark size={18} strokeWidth={1.7} aria-hidden />
            <span className={styles.toolText}>{text("reader.ask")}</span>
          </button>
        )}
        <IconButton icon={Waypoints} label={text("reader.side.world")} aria-pressed={world} onClick={onWorld} className={styles.wide} />
        <IconButton icon={side ? PanelRightClose : PanelRightOpen} label={text(side ? "reader.side.close" : "reader.side.open")} aria-expanded={side} onClick={onSide} />
        <EditDoor episode={episode} language={language} />
        <IconButton icon={CircleHelp} label={text("reader.keys")} onClick={onKeys} className={styles.wide} />
        <IconButton icon={fullScreen ? Minimize : Maximize} label={text(fullScreen ? "reader.fullscreen.leave" : "reader.fullscreen")} onClick={onFullScreen} className={styles.wide} />
      </div>
    </header>
  );
}

function Tick({ on }: { on: boolean }) {
  return <Check size={16} strokeWidth={1.9} aria-hidden style={{ visibility: on ? "visible" : "hidden" }} />;
}
